-- A record is an order with its payments, refunds and credits, or one of these that names no order.
{{ config(materialized='table') }}

with

new_state as (
    {{ new_state('clover') }}
),

touched as (
    {{ touched_records('clover') }}
)

select
    connection_id,
    native_id,
    {{ unified_key('connection_id', 'native_id') }} as record_id
from touched
