-- Every account with its location's trading day, and whether it sells or gives back. A table, because every other model
-- of an account reads it.
{{ config(materialized='table') }}

with

sales as (
    select * from {{ source('raw_lightspeed_k', 'sales') }}
    {{ of_changed_records('lightspeed_k', 'id') }}
),

locations as (
    select * from {{ ref('base_lightspeed_k__locations') }}
),

-- what was voided, or recalled and closed anew as another account
superseded as (
    select distinct
        connection_id,
        coalesce(previous_id, initial_id) as id
    from {{ source('raw_lightspeed_k', 'sales') }}
    where type in ('VOID', 'RECALL') and coalesce(previous_id, initial_id) <> id
),

placed as (
    select
        sales.*,
        locations.timezone,
        locations.currency,
        locations.business_day_cutoff_minutes,
        superseded.id is not null as is_superseded,
        coalesce(sales.cancelled, false) as is_cancelled
    from sales
    left join locations
        on
            sales.connection_id = locations.connection_id
            and sales.location_id = locations.location_number
    left join superseded
        on
            sales.connection_id = superseded.connection_id
            and sales.id = superseded.id
)

select
    connection_id,
    id,
    {{ unified_key('connection_id', 'id') }} as order_id,
    {{ unified_key('connection_id', 'location_id') }} as location_id,
    case
        when coalesce(previous_id, initial_id) <> id
            then {{ unified_key('connection_id', 'coalesce(previous_id, initial_id)') }}
    end as previous_order_id,
    type,
    case
        when is_cancelled then 'cancelled'
        when is_superseded then 'superseded'
        else lower(type)
    end as state,
    -- transfers, cash drops, carried-over payments and the like sell nothing
    coalesce(type in ('SALE', 'RECALL', 'SPLIT'), false) as is_account,
    coalesce(type in ('SALE', 'RECALL', 'SPLIT'), false) and not is_cancelled and not is_superseded as is_sold,
    coalesce(type = 'REFUND', false) and not is_cancelled and not is_superseded as is_refund,
    opened_at,
    closed_at,
    {{ business_date('closed_at', 'timezone', 'business_day_cutoff_minutes') }} as business_date,
    covers,
    dine_in,
    currency,
    loaded_at
from placed
