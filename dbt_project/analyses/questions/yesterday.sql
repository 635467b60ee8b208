-- How did the last day of the range go?
-- Net sales against the day before, the same weekday a week before and the mean of seven days, one row a store and
-- currency.
with

daily_revenue as (
    select * from {{ ref('daily_revenue') }}
    where business_date = {{ last_day() }} and {{ in_asked_stores() }}
),

locations as (
    select * from {{ ref('locations') }}
)

select
    daily_revenue.pos,
    coalesce(locations.name, daily_revenue.location_id) as store,
    daily_revenue.currency,
    daily_revenue.orders,
    daily_revenue.average_order_value,
    daily_revenue.net_sales,
    daily_revenue.net_sales_previous_day,
    {{ change('daily_revenue.net_sales', 'daily_revenue.net_sales_previous_day') }} as daily_change,
    daily_revenue.net_sales_same_weekday_last_week,
    {{ change('daily_revenue.net_sales', 'daily_revenue.net_sales_same_weekday_last_week') }} as weekly_change,
    daily_revenue.net_sales_7_day_mean,
    {{ change('daily_revenue.net_sales', 'daily_revenue.net_sales_7_day_mean') }} as mean_change
from daily_revenue
left join locations on daily_revenue.location_id = locations.location_id
order by daily_revenue.currency, daily_revenue.pos, store, daily_revenue.location_id
