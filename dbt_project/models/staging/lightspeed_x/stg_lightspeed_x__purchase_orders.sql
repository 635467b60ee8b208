-- A stock order that was received in part stays open until the shop marks it as received.
select
    connection_id,
    id as native_id,
    {{ unified_key('connection_id', 'id') }} as purchase_order_id,
    {{ unified_key('connection_id', 'supplier_id') }} as supplier_id,
    {{ unified_key('connection_id', 'outlet_id') }} as location_id,
    -- X tells when an order was written, not when it was sent
    coalesce(consignment_date, created_at) as ordered_at,
    due_at as expected_at,
    received_at,
    lower(status) as status,
    loaded_at
from {{ source('raw_lightspeed_x', 'consignments') }}
where type = 'SUPPLIER' and deleted_at is null
