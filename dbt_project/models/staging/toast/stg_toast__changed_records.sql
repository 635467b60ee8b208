-- An order with all that stands on its checks is one record: what is given back is written on the sale itself.
{{ config(materialized='table') }}

with

new_state as (
    {{ new_state('toast') }}
),

touched as (
    {{ touched_records('toast') }}
),

renamed as (
    {{ changed_lookups() }}
),

named as (
    {% for level in ['modifiers', 'modifiers_of_modifiers', 'deeper_modifiers'] %}
        select
            modifiers.connection_id,
            modifiers.order_guid as native_id
        from {{ source('raw_toast', level) }} as modifiers
        inner join renamed
            on
                modifiers.connection_id = renamed.connection_id
                and modifiers.item_guid = renamed.key
        {% if not loop.last %}
            union
        {% endif %}
    {% endfor %}
),

changed as (
    select * from touched
    union
    select * from named
)

select
    connection_id,
    native_id,
    {{ unified_key('connection_id', 'native_id') }} as record_id
from changed
