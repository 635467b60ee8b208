select
    connection_id,
    {{ native_id(['order_guid', 'guid']) }} as native_id,
    {{ unified_key('connection_id', 'order_guid') }} as record_id,
    order_line_id,
    order_id,
    item_id,
    line_kind,
    quantity,
    unit_price,
    gross as gross_sales,
    gross - price as discounts,
    tax,
    is_voided,
    loaded_at
from {{ ref('base_toast__selections') }}
