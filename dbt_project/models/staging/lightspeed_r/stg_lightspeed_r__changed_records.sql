-- A sale with its lines and payments is a record. What a sale gives back is told with the item of the line that it was
-- sold with: it is read again when that line's sale changes.
{{ config(materialized='table') }}

with

new_state as (
    {{ new_state('lightspeed_r') }}
),

touched as (
    {{ touched_records('lightspeed_r') }}
),

touched_lines as (
    select
        lines.connection_id,
        lines.id
    from {{ source('raw_lightspeed_r', 'sale_lines') }} as lines
    inner join touched
        on
            lines.connection_id = touched.connection_id
            and lines.sale_id = touched.native_id
),

changed as (
    select * from touched
    union
    select
        given_back.connection_id,
        given_back.sale_id as native_id
    from {{ source('raw_lightspeed_r', 'sale_lines') }} as given_back
    inner join touched_lines
        on
            given_back.connection_id = touched_lines.connection_id
            and given_back.parent_line_id = touched_lines.id
)

select
    connection_id,
    native_id,
    {{ unified_key('connection_id', 'native_id') }} as record_id
from changed
