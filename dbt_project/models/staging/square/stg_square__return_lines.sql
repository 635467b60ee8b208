select
    connection_id,
    {{ native_id(['native_order_id', 'return_uid', 'uid']) }} as native_id,
    {{ unified_key('connection_id', ['native_order_id', 'return_uid', 'uid']) }} as return_line_id,
    {{ unified_key('connection_id', 'native_order_id') }} as record_id,
    return_id,
    sale_order_id as order_id,
    {{ unified_key('connection_id', ['source_order_id', 'source_line_uid']) }} as order_line_id,
    location_id,
    {{ unified_key('connection_id', 'catalog_object_id') }} as item_id,
    {{ square_line_kind('item_type', 'catalog_object_id') }} as line_kind,
    currency,
    quantity,
    gross - inclusive_tax as gross_amount,
    discounts,
    tax,
    recognised_at as returned_at,
    business_date,
    cast(null as boolean) as restocked,
    loaded_at
from {{ ref('base_square__return_lines') }}
where is_itemised
