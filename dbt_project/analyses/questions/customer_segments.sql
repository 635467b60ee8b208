-- Who are the customers?
-- Customers by segment (new, returning, lapsing, lost) as of the last build, with all of their orders and net sales
-- before returns; one row a segment and currency. Buyers whom the till does not know are not in it.
-- Empty: No order tells its customer.
-- Bars: customers
with

customer_summary as (
    select * from {{ ref('customer_summary') }}
    where {{ in_asked_stores('connection_id') }}
),

segments as (
    select
        currency,
        segment,
        count(*) as customers,
        cast(sum(orders) as bigint) as orders,
        {{ to_decimal('sum(net_sales)') }} as net_sales,
        avg(days_since_last_order) as days_since_last_order
    from customer_summary
    group by currency, segment
)

select
    currency,
    segment,
    customers,
    {{ share('customers', 'sum(customers) over (partition by currency)') }} as customers_share,
    orders,
    net_sales,
    {{ divide('net_sales', 'customers') }} as net_sales_per_customer,
    {{ divide('net_sales', 'orders') }} as net_sales_per_order,
    days_since_last_order
from segments
order by currency asc, customers desc, segment asc
