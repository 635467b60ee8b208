-- On which weekdays is most sold?
-- Orders and net sales a weekday on average, days without sales included, and the weekday's share of all net sales; one
-- row a weekday and currency.
-- Bars: net_sales_per_day
with

daily_revenue as (
    select * from {{ ref('daily_revenue') }}
    where {{ on_asked_days() }} and {{ in_asked_stores() }}
),

weekdays as (
    select
        currency,
        {{ weekday('business_date') }} as weekday_number,
        {{ weekday_name('business_date') }} as weekday,
        count(distinct business_date) as days,
        cast(sum(orders) as bigint) as orders,
        {{ to_decimal('sum(net_sales)') }} as net_sales
    from daily_revenue
    group by currency, weekday_number, weekday
)

select
    currency,
    weekday,
    days,
    {{ ratio('orders', 'days') }} as orders_per_day,
    {{ divide('net_sales', 'days') }} as net_sales_per_day,
    {{ share('net_sales', 'sum(net_sales) over (partition by currency)') }} as net_sales_share
from weekdays
order by currency, weekday_number
