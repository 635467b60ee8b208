with

order_lines as (
    select * from {{ ref('order_lines') }}
    where line_kind <> 'gift_card' and not is_voided
),

orders as (
    select * from {{ ref('orders') }}
    where counts_as_sale
),

return_lines as (
    select * from {{ ref('return_lines') }}
    where line_kind <> 'gift_card'
),

locations as (
    select * from {{ ref('locations') }}
),

items as (
    select * from {{ ref('items') }}
),

sales as (
    select
        'sale:' || order_lines.order_line_id as sales_line_id,
        'sale' as line_type,
        orders.order_id,
        orders.connection_id,
        orders.pos,
        orders.location_id,
        order_lines.item_id,
        order_lines.line_kind,
        orders.business_date,
        coalesce(orders.closed_at, orders.ordered_at) as occurred_at,
        orders.currency,
        order_lines.quantity,
        order_lines.gross_sales,
        order_lines.discounts,
        cast(0 as {{ decimal_type() }}) as returns,
        order_lines.net_sales,
        order_lines.tax
    from order_lines
    inner join orders
        on order_lines.order_id = orders.order_id
),

returns as (
    select
        'return:' || return_line_id as sales_line_id,
        'return' as line_type,
        order_id,
        connection_id,
        pos,
        location_id,
        item_id,
        line_kind,
        business_date,
        returned_at as occurred_at,
        currency,
        {{ to_decimal('-quantity') }} as quantity,
        cast(0 as {{ decimal_type() }}) as gross_sales,
        cast(0 as {{ decimal_type() }}) as discounts,
        amount as returns,
        {{ to_decimal('-amount') }} as net_sales,
        {{ to_decimal('-tax') }} as tax
    from return_lines
),

sales_lines as (
    select * from sales
    union all
    select * from returns
)

select
    sales_lines.sales_line_id,
    sales_lines.line_type,
    sales_lines.order_id,
    sales_lines.connection_id,
    sales_lines.pos,
    sales_lines.location_id,
    locations.location_key,
    sales_lines.item_id,
    items.item_key,
    items.category,
    sales_lines.line_kind,
    sales_lines.business_date,
    sales_lines.occurred_at,
    sales_lines.currency,
    sales_lines.quantity,
    sales_lines.gross_sales,
    sales_lines.discounts,
    sales_lines.returns,
    sales_lines.net_sales,
    sales_lines.tax,
    true as counts_as_sale
from sales_lines
left join locations
    on sales_lines.location_id = locations.location_id
left join items
    on sales_lines.item_id = items.item_id
