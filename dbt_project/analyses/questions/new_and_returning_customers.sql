-- How much comes from new, returning and unknown customers?
-- Orders and net sales before returns of each month of the range, and the share of returning customers in the orders of
-- known ones; one row a month and currency. Months are shown whole where the range cuts them.
with

customer_activity as (
    select * from {{ ref('customer_activity') }}
    where
        month_start between date_trunc('month', {{ first_day() }}) and {{ last_day() }}
        and {{ in_asked_stores() }}
),

months as (
    select
        currency,
        month_start,
        cast(sum(orders) as bigint) as orders,
        cast(sum(new_customer_orders) as bigint) as new_customer_orders,
        cast(sum(returning_customer_orders) as bigint) as returning_customer_orders,
        cast(sum(anonymous_orders) as bigint) as anonymous_orders,
        {{ to_decimal('sum(net_sales_new)') }} as net_sales_new,
        {{ to_decimal('sum(net_sales_returning)') }} as net_sales_returning,
        {{ to_decimal('sum(net_sales_anonymous)') }} as net_sales_anonymous
    from customer_activity
    group by currency, month_start
)

select
    *,
    {{ share('returning_customer_orders', 'new_customer_orders + returning_customer_orders') }}
        as returning_orders_share
from months
order by currency, month_start
