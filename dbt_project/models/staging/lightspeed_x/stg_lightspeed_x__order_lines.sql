select
    connection_id,
    {{ native_id(['sale_id', 'id']) }} as native_id,
    {{ unified_key('connection_id', ['sale_id', 'id']) }} as order_line_id,
    order_id,
    order_id as record_id,
    {{ unified_key('connection_id', 'product_id') }} as item_id,
    case when is_gift_card then 'gift_card' when product_id is null then 'custom' else 'item' end as line_kind,
    quantity,
    unit_price,
    {{ minor_units('gross_units', 'currency') }} as gross_sales,
    {{ minor_units('discount_units', 'currency') }} as discounts,
    {{ minor_units('tax_units', 'currency') }} as tax,
    is_voided,
    loaded_at
from {{ ref('base_lightspeed_x__lines') }}
where not is_given_back
