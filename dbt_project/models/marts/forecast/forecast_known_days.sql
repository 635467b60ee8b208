with daily_demand as (
    select * from {{ ref('item_daily_demand') }}
),

settings as (
    select * from {{ ref('replenishment_settings') }}
),

-- The oldest origin is the last one that the backtest of the interval needs; what lies before it is one lump.
series as (
    select
        daily_demand.location_key,
        daily_demand.item_key,
        least(
            max({{ week_ago('daily_demand.days_ago') }}),
            {{ forecast_constant('backtest_origins') }} + {{ protection_weeks('max(settings.protection_days)') }}
        ) as oldest_origin
    from daily_demand
    inner join settings
        on
            daily_demand.location_key = settings.location_key
            and daily_demand.item_key = settings.item_key
    group by daily_demand.location_key, daily_demand.item_key
),

observed_weeks as (
    select
        daily_demand.location_key,
        daily_demand.item_key,
        daily_demand.weekday,
        least({{ week_ago('daily_demand.days_ago') }}, series.oldest_origin) as week,
        count(*) as observed_days,
        count(case when daily_demand.demand > 0 then 1 end) as sale_days,
        {%- for level in forecast_levels() %}
            {%- set weight = age_weight('daily_demand.days_ago', level.half_life) %}
            sum({{ weight }} * cast(daily_demand.demand as double)) as {{ level.name }}_demand,
            sum({{ weight }}) as {{ level.name }}_weight,
            {%- if level.name in trend_levels() %}
                sum({{ weight }} * daily_demand.days_ago) as {{ level.name }}_weighted_age,
            {%- endif %}
        {%- endfor %}
        sum(cast(daily_demand.demand as double) * cast(daily_demand.demand as double)) as squared_demand
    from daily_demand
    inner join series
        on
            daily_demand.location_key = series.location_key
            and daily_demand.item_key = series.item_key
    where daily_demand.is_observable
    group by
        daily_demand.location_key,
        daily_demand.item_key,
        daily_demand.weekday,
        least({{ week_ago('daily_demand.days_ago') }}, series.oldest_origin)
),

numbers as (
    {{ numbers_up_to('(select max(oldest_origin) from series)') }}
),

weekday_numbers as (
    {{ numbers_up_to(6) }}
),

-- A week in which nothing could be observed is an origin all the same.
origins as (
    select
        series.location_key,
        series.item_key,
        numbers.number as origin_weeks_ago
    from series
    inner join numbers on series.oldest_origin >= numbers.number
),

weekdays as (
    select number + 1 as weekday from weekday_numbers
),

origin_weekdays as (
    select
        origins.location_key,
        origins.item_key,
        origins.origin_weeks_ago,
        weekdays.weekday
    from origins
    cross join weekdays
)

select
    origin_weekdays.location_key,
    origin_weekdays.item_key,
    cast(origin_weekdays.origin_weeks_ago as integer) as origin_weeks_ago,
    cast(origin_weekdays.weekday as integer) as weekday,
    {%- for sum in ['observed_days', 'sale_days'] %}
        cast(coalesce(sum(observed_weeks.{{ sum }}) over known, 0) as integer) as {{ sum }},
    {%- endfor %}
    {%- for level in forecast_levels() %}
        coalesce(sum(observed_weeks.{{ level.name }}_demand) over known, 0.0) as {{ level.name }}_demand,
        coalesce(sum(observed_weeks.{{ level.name }}_weight) over known, 0.0) as {{ level.name }}_weight,
        {%- if level.name in trend_levels() %}
            coalesce(sum(observed_weeks.{{ level.name }}_weighted_age) over known, 0.0)
                as {{ level.name }}_weighted_age,
        {%- endif %}
    {%- endfor %}
    coalesce(sum(observed_weeks.squared_demand) over known, 0.0) as squared_demand
from origin_weekdays
left join observed_weeks
    on
        origin_weekdays.location_key = observed_weeks.location_key
        and origin_weekdays.item_key = observed_weeks.item_key
        and origin_weekdays.weekday = observed_weeks.weekday
        and origin_weekdays.origin_weeks_ago = observed_weeks.week
window known as (
    partition by origin_weekdays.location_key, origin_weekdays.item_key, origin_weekdays.weekday
    order by origin_weekdays.origin_weeks_ago desc
    rows between unbounded preceding and current row
)
