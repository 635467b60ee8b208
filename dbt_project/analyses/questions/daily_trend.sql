-- How did each day go?
-- Net sales, orders, the mean of seven days and the change against the same weekday a week before, of the stores that
-- were there then; one row a day and currency.
-- Bars: net_sales
with

daily_revenue as (
    select * from {{ ref('daily_revenue') }}
    where {{ on_asked_days() }} and {{ in_asked_stores() }}
),

days as (
    select
        currency,
        business_date,
        {{ to_decimal('sum(net_sales)') }} as net_sales,
        cast(sum(orders) as bigint) as orders,
        {{ to_decimal('sum(net_sales_7_day_mean)') }} as net_sales_7_day_mean,
        {{ change_of_sums('net_sales', 'net_sales_same_weekday_last_week') }} as weekly_change
    from daily_revenue
    group by currency, business_date
)

select
    currency,
    business_date,
    {{ weekday_name('business_date') }} as weekday,
    net_sales,
    orders,
    {{ divide('net_sales', 'orders') }} as average_order_value,
    net_sales_7_day_mean,
    weekly_change
from days
order by currency, business_date
