-- A row stays a line of its own: a refund names rows, and so the unit that came back is known, with its discounts.
-- Units, amounts and items of an order are those of the rows added up. What is no revenue (gift cards, donations) has
-- one kind in the unified layer.
select
    connection_id,
    {{ native_id(['native_order_id', 'id']) }} as native_id,
    {{ unified_key('connection_id', ['native_order_id', 'id']) }} as order_line_id,
    order_id,
    order_id as record_id,
    {{ unified_key('connection_id', 'item_id') }} as item_id,
    {{ clover_line_kind() }} as line_kind,
    {{ clover_quantity() }} as quantity,
    {{ minor_units('coalesce(price, 0)', 'currency') }} as unit_price,
    {{ minor_units('gross', 'currency') }} as gross_sales,
    {{ minor_units('discount', 'currency') }} as discounts,
    {{ minor_units('tax', 'currency') }} as tax,
    is_exchanged as is_voided,
    loaded_at
from {{ ref('base_clover__rows') }}
where not is_order_fee
