-- A sale with its lines, payments and adjustments is a record. One that takes goods back names the sale that they come
-- from, and tells everything else itself.
{{ config(materialized='table') }}

with

new_state as (
    {{ new_state('lightspeed_x') }}
),

touched as (
    {{ touched_records('lightspeed_x') }}
)

select
    connection_id,
    native_id,
    {{ unified_key('connection_id', 'native_id') }} as record_id
from touched
