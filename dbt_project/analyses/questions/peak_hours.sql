-- At which hours is most sold?
-- Orders and net sales before returns of each hour of the store's clock, a day with sales, and the hour's share of all;
-- one row an hour and currency.
-- Bars: orders_per_day
with

revenue_by_hour as (
    select * from {{ ref('revenue_by_hour') }}
    where {{ on_asked_days() }} and {{ in_asked_stores() }}
),

days as (
    select
        currency,
        count(distinct business_date) as days
    from revenue_by_hour
    where orders > 0
    group by currency
),

hours as (
    select
        currency,
        hour_of_day,
        cast(sum(orders) as bigint) as orders,
        sum(gross_sales - discounts) as net_sales_before_returns
    from revenue_by_hour
    where orders > 0
    group by currency, hour_of_day
)

select
    hours.currency,
    hours.hour_of_day,
    hours.orders,
    {{ ratio('hours.orders', 'days.days') }} as orders_per_day,
    {{ divide(to_decimal('hours.net_sales_before_returns'), 'days.days') }} as net_sales_per_day,
    {{ share(
        'hours.net_sales_before_returns', 'sum(hours.net_sales_before_returns) over (partition by hours.currency)'
    ) }} as net_sales_share
from hours
inner join days on hours.currency = days.currency
order by hours.currency, hours.hour_of_day
