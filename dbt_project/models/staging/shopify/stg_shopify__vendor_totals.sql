-- Shopify's own report of the whole shop, of the days that were over when it was read. Its days end at midnight: where
-- the shop's business day ends later they cannot be compared.
with

totals as (
    select * from {{ source('raw_shopify', 'daily_totals') }}
),

shop as (
    select * from {{ source('raw_shopify', 'shop') }}
)

select
    totals.connection_id,
    cast(null as text) as location_id,
    shop.currency,
    cast(substring(totals.day, 1, 10) as date) as business_date,
    {{ to_decimal('totals.gross_sales') }} as gross_sales,
    {{ to_decimal('-totals.discounts') }} as discounts,
    {{ to_decimal('-totals.returns') }} as returns,
    {{ to_decimal('totals.net_sales') }} as net_sales,
    {{ to_decimal('totals.taxes') }} as tax,
    cast(null as {{ decimal_type() }}) as tips,
    totals.loaded_at
from totals
inner join shop
    on totals.connection_id = shop.connection_id
where
    cast(substring(totals.day, 1, 10) as date)
    < cast({{ local_timestamp('totals.observed_at', 'shop.timezone') }} as date)
    and coalesce(shop.business_day_cutoff_minutes, 0) = 0
