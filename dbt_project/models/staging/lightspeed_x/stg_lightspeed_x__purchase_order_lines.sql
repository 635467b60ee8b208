with

lines as (
    select * from {{ source('raw_lightspeed_x', 'consignment_products') }}
),

orders as (
    select * from {{ ref('stg_lightspeed_x__purchase_orders') }}
)

select
    lines.connection_id,
    {{ native_id(['lines.consignment_id', 'lines.product_id']) }} as native_id,
    {{ unified_key('lines.connection_id', ['lines.consignment_id', 'lines.product_id']) }} as purchase_order_line_id,
    orders.purchase_order_id,
    {{ unified_key('lines.connection_id', 'lines.product_id') }} as item_id,
    lines.count as quantity,
    lines.received as received_quantity,
    lines.cost as unit_cost,
    lines.loaded_at
from lines
inner join orders
    on
        lines.connection_id = orders.connection_id
        and lines.consignment_id = orders.native_id
where lines.deleted_at is null
