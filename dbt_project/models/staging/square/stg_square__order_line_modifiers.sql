with

modifiers as (
    select * from {{ source('raw_square', 'order_line_modifiers') }}
    {{ of_changed_records('square', 'order_id') }}
),

orders as (
    select * from {{ ref('base_square__orders') }}
)

select
    modifiers.connection_id,
    {{ native_id(['modifiers.order_id', 'modifiers.line_uid', 'modifiers.uid']) }} as native_id,
    {{ unified_key('modifiers.connection_id', ['modifiers.order_id', 'modifiers.line_uid', 'modifiers.uid']) }}
        as order_line_modifier_id,
    {{ unified_key('modifiers.connection_id', ['modifiers.order_id', 'modifiers.line_uid']) }} as order_line_id,
    {{ unified_key('modifiers.connection_id', 'modifiers.order_id') }} as record_id,
    modifiers.name,
    {{ to_decimal('coalesce(modifiers.quantity, 1)') }} as quantity,
    {{ minor_units('coalesce(modifiers.total_price_amount, 0)', 'orders.currency') }} as amount,
    modifiers.loaded_at
from modifiers
inner join orders
    on
        modifiers.connection_id = orders.connection_id
        and modifiers.order_id = orders.id
        and modifiers.order_version = orders.version
