-- X's outlets, and one for sales that name none. A table, because every sale asks for its outlet.
{{ config(materialized='table') }}

with

listed as (
    select
        connection_id,
        id,
        name,
        time_zone as timezone,
        currency,
        coalesce(business_day_cutoff_minutes, 0) as business_day_cutoff_minutes,
        deleted_at is null as is_active,
        loaded_at
    from {{ source('raw_lightspeed_x', 'outlets') }}
),

mentioned as (
    select
        connection_id,
        outlet_id as id,
        loaded_at
    from {{ source('raw_lightspeed_x', 'sales') }}
)

{{ listed_and_mentioned_stores('listed', 'mentioned') }}
