-- A line of an order is the sum of all that the order and its edits say of it; one that an edit took away is nothing.
with

sales as (
    select * from {{ ref('base_shopify__sales') }}
    where not is_giving_back and line_type in ('PRODUCT', 'GIFT_CARD')
),

lines as (
    select
        connection_id,
        native_sold_id,
        record_id,
        coalesce(line_item_number, native_id) as line_number,
        max(line_type) as line_type,
        max(variant_number) as variant_number,
        sum(quantity) as quantity,
        max(unit_price) as unit_price,
        sum(gross) as gross,
        sum(discounts) as discounts,
        sum(tax) as tax,
        max(loaded_at) as loaded_at
    from sales
    group by connection_id, native_sold_id, record_id, coalesce(line_item_number, native_id)
)

select
    connection_id,
    {{ native_id(['native_sold_id', 'line_number']) }} as native_id,
    {{ unified_key('connection_id', ['native_sold_id', 'line_number']) }} as order_line_id,
    {{ unified_key('connection_id', 'native_sold_id') }} as order_id,
    record_id,
    {{ unified_key('connection_id', 'variant_number') }} as item_id,
    case
        when line_type = 'GIFT_CARD' then 'gift_card'
        when variant_number is null then 'custom'
        else 'item'
    end as line_kind,
    {{ to_decimal('quantity') }} as quantity,
    unit_price,
    {{ to_decimal('gross') }} as gross_sales,
    {{ to_decimal('discounts') }} as discounts,
    {{ to_decimal('tax') }} as tax,
    false as is_voided,
    loaded_at
from lines
where quantity <> 0 or gross <> 0 or discounts <> 0 or tax <> 0
