with daily_demand as (
    select * from {{ ref('item_daily_demand') }}
),

weekday_indexes as (
    select * from {{ ref('forecast_weekday_index') }}
),

levels as (
    select * from {{ ref('forecast_level') }}
),

settings as (
    select * from {{ ref('replenishment_settings') }}
),

-- Days out of stock leave both sides of the comparison; days on which the store was closed stay in it, since
-- the forecast says how likely they are.
comparable_days as (
    select
        daily_demand.location_key,
        daily_demand.item_key,
        daily_demand.days_ago,
        coalesce(daily_demand.unobservable_because, '') <> 'out_of_stock' as is_comparable,
        cast(daily_demand.demand as double) as demand,
        weekday_indexes.day_factor
    from daily_demand
    inner join weekday_indexes
        on
            daily_demand.location_key = weekday_indexes.location_key
            and daily_demand.item_key = weekday_indexes.item_key
            and daily_demand.weekday = weekday_indexes.weekday
),

-- Totals of the last days up to as_of_date: a span of days is the difference of two of them.
tails as (
    select
        location_key,
        item_key,
        days_ago,
        sum(case when is_comparable then demand else 0 end) over tail as demand,
        sum(case when is_comparable then day_factor else 0 end) over tail as day_factor,
        sum(case when is_comparable then 1 else 0 end) over tail as comparable_days
    from comparable_days
    window tail as (
        partition by location_key, item_key
        order by days_ago
        rows between unbounded preceding and current row
    )
),

origins as (
    select
        levels.location_key,
        levels.item_key,
        levels.origin_weeks_ago,
        levels.level,
        levels.demand_class,
        settings.protection_days,
        7 * levels.origin_weeks_ago as first_day_ago,
        7 * levels.origin_weeks_ago - settings.protection_days as after_last_day_ago
    from levels
    inner join settings
        on
            levels.location_key = settings.location_key
            and levels.item_key = settings.item_key
    where
        7 * levels.origin_weeks_ago >= settings.protection_days
        and levels.observable_days >= {{ forecast_constant('minimum_origin_days') }}
),

spans as (
    select
        origins.location_key,
        origins.item_key,
        origins.origin_weeks_ago,
        origins.protection_days,
        origins.demand_class,
        origins.level,
        starts.demand - coalesce(ends.demand, 0) as actual,
        starts.day_factor - coalesce(ends.day_factor, 0) as day_factor,
        starts.comparable_days - coalesce(ends.comparable_days, 0) as comparable_days
    from origins
    inner join tails as starts
        on
            origins.location_key = starts.location_key
            and origins.item_key = starts.item_key
            and origins.first_day_ago = starts.days_ago
    left join tails as ends
        on
            origins.location_key = ends.location_key
            and origins.item_key = ends.item_key
            and origins.after_last_day_ago = ends.days_ago
)

select
    location_key,
    item_key,
    origin_weeks_ago,
    demand_class,
    cast(protection_days as integer) as protection_days,
    cast(comparable_days as integer) as comparable_days,
    level * day_factor as expected,
    actual,
    -- A span with days missing varies less: its residual is scaled to the whole one.
    (actual - level * day_factor) * sqrt(cast(protection_days as double) / comparable_days) as residual
from spans
where 2 * comparable_days >= protection_days
