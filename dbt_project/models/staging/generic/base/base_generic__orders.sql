-- Orders and returns with their store's day, their currency and their amounts in its own unit. A table, because every
-- other model of sales reads it.
{{ config(materialized='table') }}
{% set amounts = [
    'order_discount', 'tax', 'tip', 'service_charge', 'shipping', 'rounding', 'total', 'paid', 'unpaid_balance',
] %}
with

orders as (
    select * from {{ source('raw_generic', 'orders') }}
    {{ of_changed_records('generic', generic_record()) }}
),

locations as (
    select * from {{ ref('stg_generic__locations') }}
),

placed as (
    select
        orders.*,
        coalesce(orders.currency, locations.currency) as order_currency,
        case
            when orders.business_date is not null then cast(orders.business_date as date)
            else {{ business_date('orders.sold_at', 'locations.timezone', 'locations.business_day_cutoff_minutes') }}
        end as sold_on
    from orders
    left join locations
        on
            orders.connection_id = locations.connection_id
            and orders.location_id = locations.native_id
)

select
    connection_id,
    record_kind,
    order_id as native_order_id,
    version,
    direction,
    {{ generic_record() }} as native_id,
    {{ unified_key('connection_id', 'original_order_id') }} as original_order_id,
    original_order_id as native_original_order_id,
    {{ unified_key('connection_id', 'location_id') }} as location_id,
    state,
    channel,
    dining_option,
    revenue_center,
    guests,
    customer_key,
    sold_at,
    ordered_at,
    updated_at,
    sold_on as business_date,
    order_currency as currency,
    amounts_in,
    {% for amount in amounts %}
        {{ generic_money(amount, 'order_currency', 'amounts_in') }} as {{ amount }},
    {% endfor %}
    loaded_at
from placed
