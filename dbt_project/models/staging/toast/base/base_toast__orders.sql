-- A table, because every other model of an order reads it.
{{ config(materialized='table') }}

with

orders as (
    select * from {{ source('raw_toast', 'orders') }}
    {{ of_changed_records('toast', 'guid') }}
),

restaurants as (
    select * from {{ source('raw_toast', 'restaurants') }}
)

select
    orders.connection_id,
    orders.guid,
    orders.modified_at,
    {{ unified_key('orders.connection_id', 'orders.guid') }} as order_id,
    {{ unified_key('orders.connection_id', 'orders.restaurant_guid') }} as location_id,
    orders.restaurant_guid,
    restaurants.currency,
    {{ toast_date('orders.business_date') }} as business_date,
    -- the day of what was changed last, for a giving-back that Toast does not date
    {{ business_date('orders.modified_at', 'restaurants.timezone', 'restaurants.closeout_hour * 60') }}
        as modified_business_date,
    orders.opened_at,
    orders.closed_at,
    orders.source,
    orders.dining_option_guid,
    orders.revenue_center_guid,
    orders.guests,
    case
        when coalesce(orders.deleted, false) then 'deleted'
        when coalesce(orders.voided, false) then 'voided'
        when orders.approval_status in ('FUTURE', 'NEEDS_APPROVAL', 'NOT_APPROVED') then lower(orders.approval_status)
        when orders.closed_at is null then 'open'
        else 'closed'
    end as state,
    (
        coalesce(orders.deleted, false) = false
        and coalesce(orders.voided, false) = false
        and coalesce(orders.created_in_test_mode, false) = false
        and coalesce(orders.excess_food, false) = false
        -- what is not yet due or was not accepted is no sale
        and coalesce(orders.approval_status, 'APPROVED') = 'APPROVED'
    ) as is_live,
    orders.loaded_at
from orders
left join restaurants
    on
        orders.connection_id = restaurants.connection_id
        and orders.restaurant_guid = restaurants.guid
