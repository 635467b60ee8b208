-- What does a customer spend?
-- Orders and net sales before returns of the customers that the tills know, per customer and per order, beside the
-- orders of nobody known; one row a currency.
with

orders as (
    select * from {{ ref('orders') }}
    where counts_as_sale and {{ on_asked_days() }} and {{ in_asked_stores() }}
),

spending as (
    select
        currency,
        count(distinct customer_key) as customers,
        count(customer_key) as orders,
        {{ to_decimal('coalesce(sum(case when customer_key is not null then net_sales_before_returns end), 0)') }}
            as net_sales,
        count(case when customer_key is null then 1 end) as anonymous_orders,
        {{ to_decimal('coalesce(sum(case when customer_key is null then net_sales_before_returns end), 0)') }}
            as anonymous_net_sales
    from orders
    group by currency
)

select
    currency,
    customers,
    orders,
    net_sales,
    {{ divide('net_sales', 'customers') }} as net_sales_per_customer,
    {{ divide('net_sales', 'orders') }} as net_sales_per_order,
    {{ ratio('orders', 'customers') }} as orders_per_customer,
    anonymous_orders,
    {{ divide('anonymous_net_sales', 'anonymous_orders') }} as anonymous_net_sales_per_order
from spending
order by currency
