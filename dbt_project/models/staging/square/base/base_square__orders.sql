-- A table, because every other model of an order reads it.
{{ config(materialized='table') }}

with

orders as (
    select * from {{ source('raw_square', 'orders') }}
    {{ of_changed_records('square', 'id') }}
),

locations as (
    select * from {{ ref('base_square__locations') }}
),

placed as (
    select
        orders.*,
        locations.timezone,
        locations.business_day_cutoff_minutes,
        coalesce(orders.currency, locations.currency) as order_currency,
        coalesce(orders.closed_at, orders.created_at) as recognised_at
    from orders
    left join locations
        on
            orders.connection_id = locations.connection_id
            and {{ store_or_none('orders.location_id') }} = locations.id
)

select
    connection_id,
    id,
    version,
    {{ unified_key('connection_id', 'id') }} as order_id,
    {{ unified_key('connection_id', store_or_none('location_id')) }} as location_id,
    state,
    source_name,
    customer_key,
    created_at,
    updated_at,
    closed_at,
    recognised_at,
    {{ business_date('recognised_at', 'timezone', 'business_day_cutoff_minutes') }} as business_date,
    order_currency as currency,
    {{ minor_units('coalesce(total_amount, 0)', 'order_currency') }} as total,
    {{ minor_units('coalesce(tax_amount, 0)', 'order_currency') }} as tax,
    {{ minor_units('coalesce(tip_amount, 0)', 'order_currency') }} as tips,
    {{ minor_units('coalesce(service_charge_amount, 0)', 'order_currency') }} as service_charges,
    {{ minor_units('coalesce(rounding_amount, 0)', 'order_currency') }} as rounding,
    {{ minor_units('coalesce(net_amount_due, 0)', 'order_currency') }} as net_amount_due,
    loaded_at
from placed
