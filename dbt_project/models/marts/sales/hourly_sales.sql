-- Which hours of which weekdays sell most: what an average Monday at eleven brings, not what all Mondays brought.
{%- set window_days = 91 %}

with

daily_revenue as (
    select
        *,
        {{ weekday('business_date') }} as weekday
    from {{ ref('daily_revenue') }}
    where business_date between {{ add_days(as_of_date(), -window_days) }} and {{ add_days(as_of_date(), -1) }}
),

revenue_by_hour as (
    select
        *,
        {{ weekday('business_date') }} as weekday
    from {{ ref('revenue_by_hour') }}
    where business_date between {{ add_days(as_of_date(), -window_days) }} and {{ add_days(as_of_date(), -1) }}
),

-- A store has every day since its first sale, so these are the dates that the weekday occurred on.
weekdays as (
    select
        location_id,
        currency,
        weekday,
        count(*) as occurrences
    from daily_revenue
    group by location_id, currency, weekday
),

hours as (
    select
        {% for measure in revenue_measures() %}
            {{ to_decimal('sum(' ~ measure ~ ')') }} as {{ measure }},
        {% endfor %}
        connection_id,
        pos,
        location_id,
        location_key,
        currency,
        weekday,
        hour_of_day
    from revenue_by_hour
    group by connection_id, pos, location_id, location_key, currency, weekday, hour_of_day
),

netted as (
    select
        *,
        {{ net_sales() }} as net_sales
    from hours
),

stores as (
    select
        *,
        sum(net_sales) over (partition by location_id, currency) as net_sales_of_store
    from netted
)

select
    stores.connection_id,
    stores.pos,
    stores.location_id,
    stores.location_key,
    stores.currency,
    cast(stores.weekday as integer) as weekday,
    stores.hour_of_day,
    cast(weekdays.occurrences as integer) as occurrences,
    {{ divide('stores.orders', 'weekdays.occurrences') }} as orders_per_day,
    {{ divide('stores.net_sales', 'weekdays.occurrences') }} as net_sales_per_day,
    {{ divide('stores.units', 'weekdays.occurrences') }} as units_per_day,
    {{ share('stores.net_sales', 'stores.net_sales_of_store') }} as share_of_net_sales
from stores
inner join weekdays
    on
        stores.location_id = weekdays.location_id
        and stores.currency = weekdays.currency
        and stores.weekday = weekdays.weekday
