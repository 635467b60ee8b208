-- Square's report gives no currency: it is the location's.
with

totals as (
    select * from {{ source('raw_square', 'sales_totals') }}
),

locations as (
    select * from {{ source('raw_square', 'locations') }}
)

select
    totals.connection_id,
    {{ unified_key('totals.connection_id', 'totals.location_id') }} as location_id,
    locations.currency,
    cast(substring(totals.business_date, 1, 10) as date) as business_date,
    {{ to_decimal('totals.net_sales + totals.discounts + totals.returns') }} as gross_sales,
    {{ to_decimal('totals.discounts') }} as discounts,
    {{ to_decimal('totals.returns') }} as returns,
    {{ to_decimal('totals.net_sales') }} as net_sales,
    {{ to_decimal('totals.tax') }} as tax,
    {{ to_decimal('totals.tips') }} as tips,
    totals.loaded_at
from totals
inner join locations
    on
        totals.connection_id = locations.connection_id
        and totals.location_id = locations.id
