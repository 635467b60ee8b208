-- An average hour times the days that it is the mean of is what the days of the window brought, but for the rounding
-- of each hour to four places.
{{ config(meta={'dagster': {'ref': {'name': 'hourly_sales'}}}) }}

with

days as (
    select
        location_id,
        currency,
        {{ weekday('business_date') }} as weekday,
        count(*) as occurrences,
        sum(orders) as orders,
        sum(net_sales) as net_sales,
        sum(units) as units
    from {{ ref('daily_revenue') }}
    where business_date between {{ add_days(as_of_date(), -91) }} and {{ add_days(as_of_date(), -1) }}
    group by location_id, currency, {{ weekday('business_date') }}
),

hours as (
    select
        location_id,
        currency,
        weekday,
        min(occurrences) as fewest_occurrences,
        max(occurrences) as most_occurrences,
        sum(orders_per_day * occurrences) as orders,
        sum(net_sales_per_day * occurrences) as net_sales,
        sum(units_per_day * occurrences) as units,
        sum(0.00005 * occurrences) as rounded_away
    from {{ ref('hourly_sales') }}
    group by location_id, currency, weekday
)

select
    coalesce(days.location_id, hours.location_id) as location_id,
    coalesce(days.currency, hours.currency) as currency,
    coalesce(days.weekday, hours.weekday) as weekday
from days
full outer join hours
    on
        days.location_id = hours.location_id
        and days.currency = hours.currency
        and days.weekday = hours.weekday
where
    abs(coalesce(days.orders, 0) - coalesce(hours.orders, 0)) > coalesce(hours.rounded_away, 0)
    or abs(coalesce(days.net_sales, 0) - coalesce(hours.net_sales, 0)) > coalesce(hours.rounded_away, 0)
    or abs(coalesce(days.units, 0) - coalesce(hours.units, 0)) > coalesce(hours.rounded_away, 0)
    -- a weekday on which nothing was ever sold has no hours
    or coalesce(hours.fewest_occurrences, days.occurrences) <> days.occurrences
    or coalesce(hours.most_occurrences, days.occurrences) <> days.occurrences
    or days.occurrences is null
