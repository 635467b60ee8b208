-- Scans all orders, in few columns: no smaller table knows the buyer.
with

orders as (
    select
        connection_id,
        customer_key,
        currency,
        business_date,
        net_sales_before_returns
    from {{ ref('orders') }}
    where counts_as_sale and customer_key is not null and business_date < {{ as_of_date() }}
),

-- two orders on one day are one visit
visit_days as (
    select
        connection_id,
        customer_key,
        currency,
        business_date,
        count(*) as orders,
        sum(net_sales_before_returns) as net_sales
    from orders
    group by connection_id, customer_key, currency, business_date
),

customers as (
    select
        connection_id,
        customer_key,
        currency,
        cast(sum(orders) as bigint) as orders,
        count(*) as visits,
        min(business_date) as first_order_on,
        max(business_date) as last_order_on,
        {{ to_decimal('sum(net_sales)') }} as net_sales
    from visit_days
    group by connection_id, customer_key, currency
),

measured as (
    select
        *,
        {{ ratio(days_between('first_order_on', 'last_order_on'), 'visits - 1') }} as average_days_between_orders,
        {{ days_between('last_order_on', as_of_date()) }} as days_since_last_order
    from customers
),

paced as (
    select
        *,
        greatest(average_days_between_orders, {{ customer_constant('least_gap_days') }}) as own_gap
    from measured
)

select
    customer_key,
    connection_id,
    currency,
    orders,
    visits,
    first_order_on,
    last_order_on,
    net_sales,
    {{ divide('net_sales', 'orders') }} as average_spend,
    average_days_between_orders,
    cast(days_since_last_order as integer) as days_since_last_order,
    case
        when days_since_last_order > {{ customer_constant('lost_days') }} then 'lost'
        when visits = 1 and days_since_last_order <= {{ customer_constant('new_days') }} then 'new'
        when visits = 1 then 'lapsing'
        when days_since_last_order > 4 * own_gap then 'lost'
        when days_since_last_order > 2 * own_gap then 'lapsing'
        else 'returning'
    end as segment
from paced
