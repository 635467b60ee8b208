-- Lines sold and given back of the orders that count, with their sign and their own day.
{{ replaces_changed_records() }}

with

order_lines as (
    select * from {{ ref('order_lines') }}
    where line_kind <> 'gift_card' and not is_voided and {{ is_of_changed_record() }}
),

orders as (
    select * from {{ ref('orders') }}
    where counts_as_sale and {{ is_of_changed_record() }}
),

return_lines as (
    select * from {{ ref('return_lines') }}
    where line_kind <> 'gift_card' and {{ is_of_changed_record() }}
),

refunds as (
    select * from {{ ref('refunds') }}
    where {{ is_of_changed_record() }}
),

locations as (
    select * from {{ ref('locations') }}
),

sales as (
    select
        'sale:' || order_lines.order_line_id as sales_line_id,
        'sale' as line_type,
        orders.order_id,
        orders.record_id,
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
        return_lines.record_id,
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

signed_lines as (
    select * from sales
    union all
    select * from returns
)

select
    signed_lines.*,
    {{ hour_of_day('signed_lines.occurred_at', 'locations.timezone') }} as hour_of_day,
    {{ build_time() }} as built_at
from signed_lines
left join locations
    on signed_lines.location_id = locations.location_id
