-- A table, because every other model of a sale reads it.
{{ config(materialized='table') }}

with

sales as (
    select * from {{ source('raw_lightspeed_x', 'sales') }}
    {{ of_changed_records('lightspeed_x', 'id') }}
),

outlets as (
    select * from {{ ref('base_lightspeed_x__outlets') }}
),

walk_in_customers as (
    select * from {{ source('raw_lightspeed_x', 'walk_in_customers') }}
),

placed as (
    select
        sales.*,
        outlets.timezone as time_zone,
        outlets.currency,
        outlets.business_day_cutoff_minutes,
        walk_in_customers.customer_key as walk_in_key,
        coalesce(sales.sale_date, sales.created_at) as recognised_at
    from sales
    left join outlets
        on
            sales.connection_id = outlets.connection_id
            and {{ store_or_none('sales.outlet_id') }} = outlets.id
    left join walk_in_customers
        on
            sales.connection_id = walk_in_customers.connection_id
            and sales.customer_key = walk_in_customers.customer_key
)

select
    connection_id,
    id,
    version,
    {{ unified_key('connection_id', 'id') }} as order_id,
    {{ unified_key('connection_id', store_or_none('outlet_id')) }} as location_id,
    {{ unified_key('connection_id', 'return_for') }} as returned_order_id,
    case when deleted_at is null then lower(status) else 'deleted' end as state,
    {{ lightspeed_x_is_sold('status') }} and deleted_at is null as is_sold,
    -- a sale is only closed when it is paid in full
    coalesce(status like '%CLOSED', false) as is_paid,
    source as channel,
    -- who bought is not known, although X writes a customer
    case when walk_in_key is null then customer_key end as customer_key,
    created_at,
    updated_at,
    recognised_at,
    {{ business_date('recognised_at', 'time_zone', 'business_day_cutoff_minutes') }} as business_date,
    currency,
    {{ smallest_units('coalesce(total_price, 0)', 'currency') }} as price_units,
    {{ smallest_units('coalesce(total_tax, 0)', 'currency') }} as tax_units,
    loaded_at
from placed
