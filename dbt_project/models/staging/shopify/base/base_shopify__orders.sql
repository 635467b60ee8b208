-- Every order with its shop's trading day, and whether it still counts. A table, because every other model of an order
-- reads it.
{{ config(materialized='table') }}

with

orders as (
    select * from {{ source('raw_shopify', 'orders') }}
    {{ of_changed_records('shopify', 'id') }}
),

shop as (
    select * from {{ source('raw_shopify', 'shop') }}
),

gone as (
    {{ shopify_gone_orders('orders') }}
),

placed as (
    select
        orders.*,
        shop.timezone,
        shop.business_day_cutoff_minutes,
        shop.currency as shop_currency,
        {{ shopify_place('orders.location_id') }} as native_location_id,
        gone.native_id is not null as is_deleted
    from orders
    left join shop
        on orders.connection_id = shop.connection_id
    left join gone
        on
            orders.connection_id = gone.connection_id
            and orders.id = gone.native_id
)

select
    connection_id,
    id,
    number as native_id,
    {{ unified_key('connection_id', 'id') }} as record_id,
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
