-- What a store collected on a day is its orders' totals less what it gave back.
{{ config(meta={'dagster': {'ref': {'name': 'daily_revenue'}}}) }}

with

collected as (
    select
        location_id,
        currency,
        business_date,
        total as amount
    from {{ ref('orders') }}
    where counts_as_sale
    union all
    select
        location_id,
        currency,
        business_date,
        -total as amount
    from {{ ref('refunds') }}
),

by_day as (
    select
        location_id,
        currency,
        business_date,
        sum(amount) as amount
    from collected
    group by location_id, currency, business_date
)

select
    days.location_id,
    days.currency,
    days.business_date,
    days.total_collected,
    by_day.amount
from {{ ref('daily_revenue') }} as days
full outer join by_day
    on
        days.location_id = by_day.location_id
        and days.currency = by_day.currency
        and days.business_date = by_day.business_date
where coalesce(days.total_collected, 0) <> coalesce(by_day.amount, 0)
