-- An account with its lines and payments is a record. One that voids another, or recalls it and closes it anew, decides
-- whether that one counts.
{{ config(materialized='table') }}

with

new_state as (
    {{ new_state('lightspeed_k') }}
),

touched as (
    {{ touched_records('lightspeed_k') }}
),

sales as (
    select
        connection_id,
        id,
        coalesce(previous_id, initial_id) as previous_id
    from {{ source('raw_lightspeed_k', 'sales') }}
),

changed as (
    select * from touched
    union
    select
        sales.connection_id,
        sales.previous_id as native_id
    from sales
    inner join touched
        on
            sales.connection_id = touched.connection_id
            and sales.id = touched.native_id
    where sales.previous_id is not null
)

select
    connection_id,
    native_id,
    {{ unified_key('connection_id', 'native_id') }} as record_id
from changed
