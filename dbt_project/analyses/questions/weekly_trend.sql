-- How did each week go?
-- Net sales and orders of each week of the range, and the change against the week before and the same week last
-- year, one row a week and currency. Weeks are shown whole where the range cuts them, and are partial where not all of
-- their days are known.
-- Bars: net_sales
with

weekly_revenue as (
    select * from {{ ref('weekly_revenue') }}
    where
        week_start between date_trunc('week', {{ first_day() }}) and {{ last_day() }}
        and {{ in_asked_stores() }}
),

weeks as (
    select
        currency,
        week_start,
        max(days) as days,
        bool_or(is_partial) as is_partial,
        {{ to_decimal('sum(net_sales)') }} as net_sales,
        cast(sum(orders) as bigint) as orders,
        sum(net_sales_previous_week) as net_sales_previous_week,
        sum(net_sales_same_week_last_year) as net_sales_same_week_last_year
    from weekly_revenue
    group by currency, week_start
)

select
    currency,
    week_start,
    days,
    is_partial,
    net_sales,
    orders,
    {{ divide('net_sales', 'orders') }} as average_order_value,
    {{ ratio('net_sales', 'net_sales_previous_week') }} - 1 as weekly_change,
    {{ ratio('net_sales', 'net_sales_same_week_last_year') }} - 1 as yearly_change
from weeks
order by currency, week_start
