select
    connection_id,
    id as native_id,
    {{ unified_key('connection_id', 'id') }} as order_line_id,
    order_id,
    order_id as record_id,
    {{ unified_key('connection_id', 'named_item_id') }} as item_id,
    line_kind,
    {{ to_decimal('quantity') }} as quantity,
    {{ to_decimal('unit_price') }} as unit_price,
    {{ to_decimal('gross') }} as gross_sales,
    {{ to_decimal('discounts') }} as discounts,
    {{ to_decimal('tax') }} as tax,
    false as is_voided,
    loaded_at
from {{ ref('base_lightspeed_r__lines') }}
-- an item fee is a charge on the order
where not is_given_back and line_kind <> 'fee'
