with

modifications as (
    select
        *,
        {{ native_id(['order_id', 'line_id']) }} as native_line_id
    from {{ source('raw_clover', 'line_modifications') }}
    {{ of_changed_records('clover', 'order_id') }}
),

orders as (
    select * from {{ ref('base_clover__orders') }}
)

select
    modifications.connection_id,
    {{ native_id(['modifications.native_line_id', 'modifications.id']) }} as native_id,
    {{ unified_key('modifications.connection_id', ['modifications.native_line_id', 'modifications.id']) }}
        as order_line_modifier_id,
    orders.order_id as record_id,
    {{ unified_key('modifications.connection_id', 'modifications.native_line_id') }} as order_line_id,
    modifications.name,
    1 as quantity,
    {{ minor_units('coalesce(modifications.amount, 0)', 'orders.currency') }} as amount,
    modifications.loaded_at
from modifications
inner join orders
    on
        modifications.connection_id = orders.connection_id
        and modifications.order_id = orders.id
        and modifications.order_modified_ms = orders.modified_ms
