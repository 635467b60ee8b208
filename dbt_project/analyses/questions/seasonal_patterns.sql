-- Which weekdays and months sell above or below the mean?
-- Net sales a day on each weekday and in each month, against the mean of all days of the range (1 is the mean), one row
-- a weekday or month and currency. A month says more the more years the range spans.
-- Bars: seasonal_index
with

daily_revenue as (
    select * from {{ ref('daily_revenue') }}
    where {{ on_asked_days() }} and {{ in_asked_stores() }}
),

days as (
    select
        currency,
        business_date,
        sum(net_sales) as net_sales
    from daily_revenue
    group by currency, business_date
),

periods as (
    select
        currency,
        'weekday' as period_kind,
        {{ weekday('business_date') }} as period,
        {{ weekday_name('business_date') }} as period_name,
        net_sales
    from days
    union all
    select
        currency,
        'month' as period_kind,
        month(business_date) as period,
        {{ month_name('business_date') }} as period_name,
        net_sales
    from days
),

means as (
    select
        currency,
        period_kind,
        period,
        period_name,
        count(*) as days,
        sum(net_sales) as net_sales
    from periods
    group by currency, period_kind, period, period_name
)

select
    currency,
    period_kind,
    period_name,
    days,
    {{ divide(to_decimal('net_sales'), 'days') }} as net_sales_per_day,
    {{ ratio('net_sales', 'days') }} / nullif(
        {{ ratio(
            'sum(net_sales) over (partition by currency, period_kind)',
            'sum(days) over (partition by currency, period_kind)'
        ) }},
        0
    ) as seasonal_index
from means
order by currency asc, period_kind desc, period asc
