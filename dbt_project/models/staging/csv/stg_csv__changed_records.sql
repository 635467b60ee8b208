-- A record is all rows of one order number. A file that is read again, by a corrected mapping, may no longer have a row
-- that it had: then every record that the warehouse holds of the connection is made anew.
{{ config(materialized='table') }}

with

new_state as (
    {{ new_state('csv') }}
),

touched as (
    {{ touched_records('csv') }}
),

read_again as (
    {{ connections_with_replaced_lookups('files') }}
),

held as (
    {{ records_held(['base_csv__rows'], 'read_again') }}
),

changed as (
    select
        connection_id,
        native_id
    from touched
    union
    select
        connection_id,
        native_id
    from held
)

select
    connection_id,
    native_id,
    {{ unified_key('connection_id', 'native_id') }} as record_id
from changed
