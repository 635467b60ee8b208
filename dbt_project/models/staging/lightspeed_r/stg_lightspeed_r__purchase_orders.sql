-- receivedDate is set when the first shipment is checked in; the order is there in full with its last one.
with

purchase_orders as (
    select * from {{ source('raw_lightspeed_r', 'purchase_orders') }}
),

shipments as (
    select
        connection_id,
        purchase_order_id,
        max(received_at) as received_at
    from {{ source('raw_lightspeed_r', 'shipments') }}
    group by connection_id, purchase_order_id
)

select
    purchase_orders.connection_id,
    purchase_orders.id as native_id,
    {{ unified_key('purchase_orders.connection_id', 'purchase_orders.id') }} as purchase_order_id,
    {{ unified_key('purchase_orders.connection_id', lightspeed_r_key('purchase_orders.vendor_id')) }} as supplier_id,
    {{ unified_key('purchase_orders.connection_id', 'purchase_orders.shop_id') }} as location_id,
    purchase_orders.ordered_at,
    purchase_orders.expected_at,
    case
        when purchase_orders.complete = 'true' then coalesce(shipments.received_at, purchase_orders.received_at)
    end as received_at,
    case
        when purchase_orders.archived = 'true' then 'archived'
        when purchase_orders.complete = 'true' then 'complete'
        when purchase_orders.received_at is not null then 'check-in'
        when purchase_orders.ordered_at is not null then 'ordered'
        else 'open'
    end as status,
    purchase_orders.loaded_at
from purchase_orders
left join shipments
    on
        purchase_orders.connection_id = shipments.connection_id
        and purchase_orders.id = shipments.purchase_order_id
