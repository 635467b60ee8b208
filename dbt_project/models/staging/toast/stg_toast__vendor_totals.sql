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

charges as (
    select
        orders.location_id,
        orders.business_date,
        sum(charges.amount) as amount
    from {{ ref('base_toast__charges') }} as charges
    inner join {{ ref('base_toast__orders') }} as orders
        on charges.order_id = orders.order_id
    where charges.is_live and charges.kind in ('service_charge', 'rounding')
    group by orders.location_id, orders.business_date
),

refunds as (
    select
        location_id,
        business_date,
        sum(service_charges + rounding + unitemized_amount) as amount
    from {{ ref('base_toast__refunds') }}
    group by location_id, business_date
)

select
    totals.connection_id,
    totals.location_id,
    totals.currency,
    totals.day as business_date,
    {{ to_decimal('totals.gross_sales_amount - coalesce(charges.amount, 0)') }} as gross_sales,
    {{ to_decimal('totals.discount_amount') }} as discounts,
    {{ to_decimal('totals.refund_amount - coalesce(refunds.amount, 0)') }} as returns,
    {{ to_decimal(
        'totals.net_sales_amount - coalesce(charges.amount, 0) + coalesce(refunds.amount, 0)'
    ) }} as net_sales,
    cast(null as {{ decimal_type() }}) as tax,
    cast(null as {{ decimal_type() }}) as tips,
    totals.loaded_at
from totals
left join charges
    on
        totals.location_id = charges.location_id
        and totals.day = charges.business_date
left join refunds
    on
        totals.location_id = refunds.location_id
        and totals.day = refunds.business_date
