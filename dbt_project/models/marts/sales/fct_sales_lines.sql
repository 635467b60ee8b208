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

refunds as (
    select * from {{ ref('refunds') }}
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
        order_lines.tax,
        orders.channel,
        orders.dining_option,
        orders.revenue_center
    from order_lines
    inner join orders
        on order_lines.order_id = orders.order_id
),

returns as (
    select
        'return:' || return_lines.return_line_id as sales_line_id,
        'return' as line_type,
        return_lines.order_id,
        return_lines.connection_id,
        return_lines.pos,
        return_lines.location_id,
        return_lines.item_id,
        return_lines.line_kind,
        return_lines.business_date,
        return_lines.returned_at as occurred_at,
        return_lines.currency,
        {{ to_decimal('-return_lines.quantity') }} as quantity,
        cast(0 as {{ decimal_type() }}) as gross_sales,
        cast(0 as {{ decimal_type() }}) as discounts,
        return_lines.amount as returns,
        {{ to_decimal('-return_lines.amount') }} as net_sales,
        {{ to_decimal('-return_lines.tax') }} as tax,
        refunds.channel,
        cast(null as text) as dining_option,
        cast(null as text) as revenue_center
    from return_lines
    left join refunds
        on return_lines.return_id = refunds.return_id
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
    coalesce(locations.location_key, sales_lines.location_id) as location_key,
    sales_lines.item_id,
    items.item_key,
    items.category,
    sales_lines.line_kind,
    sales_lines.business_date,
    sales_lines.occurred_at,
    {{ hour_of_day('sales_lines.occurred_at', 'locations.timezone') }} as hour_of_day,
    sales_lines.channel,
    sales_lines.dining_option,
    sales_lines.revenue_center,
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
