-- What a day is compared with is what the table says of the day before, of the one a week before and of the last seven.
{{ config(meta={'dagster': {'ref': {'name': 'daily_revenue'}}}) }}

with

daily_revenue as (
    select * from {{ ref('daily_revenue') }}
),

days_back as (
    {{ numbers_up_to(6) }}
),

-- a day is one of the last seven of itself and of the six days after it
sevens as (
    select
        daily_revenue.location_id,
        daily_revenue.currency,
        {{ add_days('daily_revenue.business_date', 'days_back.number') }} as business_date,
        sum(daily_revenue.net_sales) as net_sales,
        count(*) as days
    from daily_revenue
    cross join days_back
    group by
        daily_revenue.location_id,
        daily_revenue.currency,
        {{ add_days('daily_revenue.business_date', 'days_back.number') }}
)

select
    days.location_id,
    days.currency,
    days.business_date
from daily_revenue as days
inner join sevens
    on
        days.location_id = sevens.location_id
        and days.currency = sevens.currency
        and days.business_date = sevens.business_date
left join daily_revenue as yesterdays
    on
        days.location_id = yesterdays.location_id
        and days.currency = yesterdays.currency
        and {{ add_days('days.business_date', -1) }} = yesterdays.business_date
left join daily_revenue as weeks_before
    on
        days.location_id = weeks_before.location_id
        and days.currency = weeks_before.currency
        and {{ add_days('days.business_date', -7) }} = weeks_before.business_date
where
    days.net_sales_previous_day is distinct from yesterdays.net_sales
    or days.net_sales_same_weekday_last_week is distinct from weeks_before.net_sales
    or abs(days.net_sales_7_day_mean * sevens.days - sevens.net_sales) > 0.00005 * sevens.days
