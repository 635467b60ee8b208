-- Every order with its shop's trading day, and whether it still counts. A table, because every other model of an order
-- reads it.
--
-- Shopify does not tell of a deleted order: it is missing from a later listing of the ids of its time.
{{ config(materialized='table') }}

with

orders as (
    select * from {{ source('raw_shopify', 'orders') }}
),

shop as (
    select * from {{ source('raw_shopify', 'shop') }}
),

order_ids as (
    select * from {{ source('raw_shopify', 'order_ids') }}
),

order_listings as (
    select * from {{ source('raw_shopify', 'order_listings') }}
),

last_listed as (
    select
        orders.connection_id,
        orders.id,
        max(order_listings.loaded_at) as listed_at
    from orders
    inner join order_listings
        on
            orders.connection_id = order_listings.connection_id
            and orders.processed_at >= order_listings.listed_from
            and orders.processed_at < order_listings.listed_until
            and orders.loaded_at < order_listings.loaded_at
    group by orders.connection_id, orders.id
),

placed as (
    select
        orders.*,
        shop.timezone,
        shop.business_day_cutoff_minutes,
        shop.currency as shop_currency,
        -- what is sold online has no location
        coalesce({{ shopify_number('orders.location_id') }}, 'online') as native_location_id,
        last_listed.listed_at is not null
        and (order_ids.loaded_at is null or order_ids.loaded_at < last_listed.listed_at) as is_deleted
    from orders
    left join shop
        on orders.connection_id = shop.connection_id
    left join last_listed
        on
            orders.connection_id = last_listed.connection_id
            and orders.id = last_listed.id
    left join order_ids
        on
            orders.connection_id = order_ids.connection_id
            and orders.id = order_ids.id
)

select
    connection_id,
    id,
    number as native_id,
    {{ unified_key('connection_id', 'number') }} as order_id,
    {{ unified_key('connection_id', 'native_location_id') }} as location_id,
    native_location_id,
    source_name,
    customer_key,
    processed_at,
    updated_at,
    timezone,
    business_day_cutoff_minutes,
    {{ business_date('processed_at', 'timezone', 'business_day_cutoff_minutes') }} as business_date,
    coalesce(taxes_included, false) as taxes_included,
    case
        when is_deleted then 'deleted'
        when cancelled_at is not null then 'cancelled'
        else lower(financial_status)
    end as state,
    -- an order that was cancelled before anything was paid is no sale; one that was paid is, and its return too
    not is_deleted
    and not coalesce(is_test, false)
    and (cancelled_at is null or coalesce(total_received, 0) > 0) as is_sale,
    coalesce(shop_currency, currency) as currency,
    {{ to_decimal('coalesce(total_price, 0)') }} as total_price,
    {{ to_decimal('coalesce(total_received, 0)') }} as total_received,
    {{ to_decimal('coalesce(cash_rounding, 0)') }} as cash_rounding,
    loaded_at
from placed
