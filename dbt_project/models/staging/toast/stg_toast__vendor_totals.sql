-- Toast counts service charges that are no gratuity as sales; its net sales hold them.
with

totals as (
    select * from {{ source('raw_toast', 'daily_totals') }}
),

restaurants as (
    select * from {{ source('raw_toast', 'restaurants') }}
)

select
    totals.connection_id,
    {{ unified_key('totals.connection_id', 'totals.restaurant_guid') }} as location_id,
    restaurants.currency,
    {{ toast_date('totals.business_date') }} as business_date,
    {{ to_decimal('totals.gross_sales_amount') }} as gross_sales,
    {{ to_decimal('totals.discount_amount') }} as discounts,
    {{ to_decimal('totals.refund_amount') }} as returns,
    {{ to_decimal('totals.net_sales_amount') }} as net_sales,
    cast(null as {{ decimal_type() }}) as tax,
    cast(null as {{ decimal_type() }}) as tips,
    totals.loaded_at
from totals
inner join restaurants
    on
        totals.connection_id = restaurants.connection_id
        and totals.restaurant_guid = restaurants.guid
