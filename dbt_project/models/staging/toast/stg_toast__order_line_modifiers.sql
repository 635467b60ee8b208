-- Modifiers of all levels. Toast's price of a selection holds them already; one that modifies a modifier may be inside
-- that one's amount as well.
with

{% set levels = ['modifiers', 'modifiers_of_modifiers', 'deeper_modifiers'] %}
modifiers as (
    {% for level in levels %}
        select * from {{ source('raw_toast', level) }}
        {{ of_changed_records('toast', 'order_guid') }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

selections as (
    select * from {{ ref('base_toast__selections') }}
),

orders as (
    select * from {{ ref('base_toast__orders') }}
),

named as (
    select
        connection_id,
        guid,
        max(name) as name
    from (
        select
            connection_id,
            guid,
            name
        from {{ source('raw_toast', 'modifier_options') }}
        union all
        select
            connection_id,
            guid,
            name
        from {{ source('raw_toast', 'configured_items') }}
    ) as names
    group by connection_id, guid
)

select
    modifiers.connection_id,
    {{ native_id(['modifiers.order_guid', 'modifiers.guid']) }} as native_id,
    {{ unified_key('modifiers.connection_id', 'modifiers.order_guid') }} as record_id,
    {{ unified_key('modifiers.connection_id', ['modifiers.order_guid', 'modifiers.guid']) }}
        as order_line_modifier_id,
    selections.order_line_id,
    named.name,
    {{ to_decimal('coalesce(modifiers.quantity, 1)') }} as quantity,
    {{ to_decimal('coalesce(modifiers.pre_discount_price, 0)') }} as amount,
    modifiers.loaded_at
from modifiers
inner join orders
    on
        modifiers.connection_id = orders.connection_id
        and modifiers.order_guid = orders.guid
        and modifiers.order_modified_at = orders.modified_at
inner join selections
    on
        modifiers.connection_id = selections.connection_id
        and modifiers.order_guid = selections.order_guid
        and modifiers.selection_guid = selections.guid
left join named
    on
        modifiers.connection_id = named.connection_id
        and modifiers.item_guid = named.guid
where coalesce(modifiers.voided, false) = false
