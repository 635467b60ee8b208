with

sales as (
    select * from {{ ref('base_shopify__sales') }}
    where is_giving_back and is_sale and line_type in ('PRODUCT', 'GIFT_CARD')
),

-- the line that it came from, be it the order's or one that an edit added
sold_lines as (
    select
        order_id,
        line_item_number,
        min(native_sold_id) as native_sold_id
    from {{ ref('base_shopify__sales') }}
    where not is_giving_back and line_item_number is not null
    group by order_id, line_item_number
)

select
    sales.connection_id,
    sales.native_id,
    {{ unified_key('sales.connection_id', 'sales.native_id') }} as return_line_id,
    {{ unified_key('sales.connection_id', 'sales.native_agreement_id') }} as return_id,
    sales.order_id,
    sales.record_id,
    {{ unified_key('sales.connection_id', ['sold_lines.native_sold_id', 'sales.line_item_number']) }}
        as order_line_id,
    sales.location_id,
    {{ unified_key('sales.connection_id', 'sales.variant_number') }} as item_id,
    case
        when sales.line_type = 'GIFT_CARD' then 'gift_card'
        when sales.variant_number is null then 'custom'
        else 'item'
    end as line_kind,
    sales.currency,
    {{ to_decimal('-sales.quantity') }} as quantity,
    {{ to_decimal('-sales.gross') }} as gross_amount,
    {{ to_decimal('-sales.discounts') }} as discounts,
    {{ to_decimal('-sales.tax') }} as tax,
    sales.happened_at as returned_at,
    sales.business_date,
    cast(null as boolean) as restocked,
    sales.loaded_at
from sales
left join sold_lines
    on
        sales.order_id = sold_lines.order_id
        and sales.line_item_number = sold_lines.line_item_number
