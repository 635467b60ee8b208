-- How did each month go?
-- Net sales and orders of each month of the range, and the change against the month before and the same month last
-- year, one row a month and currency. Months are shown whole where the range cuts them, and are partial where not all
-- of their days are known.
-- Bars: net_sales
with

monthly_revenue as (
    select * from {{ ref('monthly_revenue') }}
    where
        month_start between date_trunc('month', {{ first_day() }}) and {{ last_day() }}
        and {{ in_asked_stores() }}
),

months as (
    select
        currency,
        month_start,
        max(days) as days,
        bool_or(is_partial) as is_partial,
        {{ to_decimal('sum(net_sales)') }} as net_sales,
        cast(sum(orders) as bigint) as orders,
        sum(net_sales_previous_month) as net_sales_previous_month,
        sum(net_sales_same_month_last_year) as net_sales_same_month_last_year
    from monthly_revenue
    group by currency, month_start
)

select
    currency,
    month_start,
    days,
    is_partial,
    net_sales,
    orders,
    {{ divide('net_sales', 'orders') }} as average_order_value,
    {{ ratio('net_sales', 'net_sales_previous_month') }} - 1 as monthly_change,
    {{ ratio('net_sales', 'net_sales_same_month_last_year') }} - 1 as yearly_change
from months
order by currency, month_start
