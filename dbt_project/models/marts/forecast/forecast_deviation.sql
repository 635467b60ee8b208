with daily_demand as (
    select * from {{ ref('item_daily_demand') }}
),

weekday_indexes as (
    select * from {{ ref('forecast_weekday_index') }}
),

levels as (
    select * from {{ ref('forecast_level') }}
),

oldest_origins as (
    select
        location_key,
        item_key,
        max(origin_weeks_ago) as oldest_origin
    from levels
    group by location_key, item_key
),

-- A day is held against what was known at the end of the week before; the days before the oldest origin against what
-- that knew.
judged_days as (
    select
        daily_demand.location_key,
        daily_demand.item_key,
        daily_demand.weekday,
        cast(daily_demand.demand as double) as demand,
        least({{ week_ago('daily_demand.days_ago') }}, oldest_origins.oldest_origin) as week,
        least({{ week_ago('daily_demand.days_ago') }} + 1, oldest_origins.oldest_origin) as judging_origin
    from daily_demand
    inner join oldest_origins
        on
            daily_demand.location_key = oldest_origins.location_key
            and daily_demand.item_key = oldest_origins.item_key
    where daily_demand.is_observable
),

deviating_weeks as (
    select
        judged_days.location_key,
        judged_days.item_key,
        judged_days.week,
        sum(abs(judged_days.demand - levels.level_28d * weekday_indexes.weekday_index)) as deviation,
        count(*) as observed_days
    from judged_days
    inner join levels
        on
            judged_days.location_key = levels.location_key
            and judged_days.item_key = levels.item_key
            and judged_days.judging_origin = levels.origin_weeks_ago
    inner join weekday_indexes
        on
            judged_days.location_key = weekday_indexes.location_key
            and judged_days.item_key = weekday_indexes.item_key
            and judged_days.judging_origin = weekday_indexes.origin_weeks_ago
            and judged_days.weekday = weekday_indexes.weekday
    group by judged_days.location_key, judged_days.item_key, judged_days.week
),

known as (
    select
        levels.location_key,
        levels.item_key,
        levels.origin_weeks_ago,
        sum(deviating_weeks.deviation) over seen as deviation,
        sum(deviating_weeks.observed_days) over seen as observed_days
    from levels
    left join deviating_weeks
        on
            levels.location_key = deviating_weeks.location_key
            and levels.item_key = deviating_weeks.item_key
            and levels.origin_weeks_ago = deviating_weeks.week
    window seen as (
        partition by levels.location_key, levels.item_key
        order by levels.origin_weeks_ago desc
        rows between unbounded preceding and current row
    )
)

select
    location_key,
    item_key,
    origin_weeks_ago,
    coalesce({{ ratio('deviation', 'observed_days') }}, 0.0) as mean_absolute_deviation
from known
