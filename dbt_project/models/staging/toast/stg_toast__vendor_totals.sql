-- Toast's net sales hold service charges that are no gratuity and cash rounding, and are lowered by refunds that
-- name no item. What its orders say of these is taken out, so that like stands beside like.
with

totals as (
    select
        totals.*,
        restaurants.currency,
        {{ unified_key('totals.connection_id', 'totals.restaurant_guid') }} as location_id,
        {{ toast_date('totals.business_date') }} as day
    from {{ source('raw_toast', 'daily_totals') }} as totals
    inner join {{ source('raw_toast', 'restaurants') }} as restaurants
        on
            totals.connection_id = restaurants.connection_id
            and totals.restaurant_guid = restaurants.guid
),

counted_otherwise as (
    select
        location_id,
        business_date,
        sum(charges) as charges,
        sum(refunds) as refunds
    from {{ ref('base_toast__counted_otherwise') }}
    group by location_id, business_date
)

select
    totals.connection_id,
    totals.location_id,
    totals.currency,
    totals.day as business_date,
    {{ to_decimal('totals.gross_sales_amount - coalesce(counted_otherwise.charges, 0)') }} as gross_sales,
    {{ to_decimal('totals.discount_amount') }} as discounts,
    {{ to_decimal('totals.refund_amount - coalesce(counted_otherwise.refunds, 0)') }} as returns,
    {{ to_decimal(
        'totals.net_sales_amount - coalesce(counted_otherwise.charges, 0) + coalesce(counted_otherwise.refunds, 0)'
    ) }} as net_sales,
    cast(null as {{ decimal_type() }}) as tax,
    cast(null as {{ decimal_type() }}) as tips,
    totals.loaded_at
from totals
left join counted_otherwise
    on
        totals.location_id = counted_otherwise.location_id
        and totals.day = counted_otherwise.business_date
