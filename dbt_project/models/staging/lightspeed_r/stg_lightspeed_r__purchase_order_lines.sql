-- Orders are read whole in every run: a line that was not read with its order was deleted.
with

purchase_order_lines as (
    select * from {{ source('raw_lightspeed_r', 'purchase_order_lines') }}
),

purchase_orders as (
    select * from {{ source('raw_lightspeed_r', 'purchase_orders') }}
)

select
    purchase_order_lines.connection_id,
    purchase_order_lines.id as native_id,
    {{ unified_key('purchase_order_lines.connection_id', 'purchase_order_lines.id') }} as purchase_order_line_id,
    {{ unified_key('purchase_order_lines.connection_id', 'purchase_order_lines.purchase_order_id') }}
        as purchase_order_id,
    {{ unified_key('purchase_order_lines.connection_id', lightspeed_r_key('purchase_order_lines.item_id')) }}
        as item_id,
    {{ to_decimal('purchase_order_lines.quantity') }} as quantity,
    -- what was checked in and what has arrived but was not yet
    {{ to_decimal('coalesce(purchase_order_lines.checked_in, 0) + coalesce(purchase_order_lines.received, 0)') }}
        as received_quantity,
    {{ to_decimal('nullif(purchase_order_lines.unit_cost, 0)') }} as unit_cost,
    purchase_order_lines.loaded_at
from purchase_order_lines
inner join purchase_orders
    on
        purchase_order_lines.connection_id = purchase_orders.connection_id
        and purchase_order_lines.purchase_order_id = purchase_orders.id
        and purchase_order_lines.loaded_at = purchase_orders.loaded_at
