-- A record is an order: what was added to it later, its payments and what was given back belong to it.
{{ config(materialized='table') }}

with

new_state as (
    {{ new_state('shopify') }}
),

touched as (
    {{ touched_records('shopify') }}
)

select
    connection_id,
    native_id,
    {{ unified_key('connection_id', 'native_id') }} as record_id
from touched
