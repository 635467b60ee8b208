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

recent_days as (
    select
        daily_demand.location_key,
        daily_demand.item_key,
        daily_demand.weekday,
        daily_demand.days_ago,
        cast(daily_demand.demand as double) as demand,
        coalesce(daily_demand.unobservable_because, '') <> 'out_of_stock' as is_comparable,
        settings.protection_days,
        {{ protection_weeks('settings.protection_days') }} as protection_weeks,
        {{ spans_an_origin('settings.protection_days') }} as spans_an_origin
    from daily_demand
    inner join settings
        on
            daily_demand.location_key = settings.location_key
            and daily_demand.item_key = settings.item_key
    where
        {{ week_ago('daily_demand.days_ago') }}
        <= {{ forecast_constant('backtest_origins') }} + {{ protection_weeks('settings.protection_days') }}
),

numbers as (
    {{ numbers_up_to('(select max(protection_weeks) from recent_days)') }}
),

-- A day belongs to the intervals of the origins before it that reach so far.
span_days as (
    select
        recent_days.*,
        {{ week_ago('recent_days.days_ago') }} + 1 + numbers.number as origin_weeks_ago,
        7 * ({{ week_ago('recent_days.days_ago') }} + 1 + numbers.number) - recent_days.days_ago as day_of_origin
    from recent_days
    inner join numbers on recent_days.protection_weeks > numbers.number
),

-- Days out of stock leave both sides of the comparison; days on which the store was closed stay in it, since the
-- forecast says how likely they are.
spans as (
    select
        span_days.location_key,
        span_days.item_key,
        span_days.origin_weeks_ago,
        cast(floor(span_days.day_of_origin / span_days.protection_days) as integer) as span,
        max(span_days.protection_days) as protection_days,
        max(span_days.spans_an_origin) as spans_an_origin,
        count(*) as days,
        count(case when span_days.is_comparable then 1 end) as comparable_days,
        sum(case when span_days.is_comparable then span_days.demand else 0.0 end) as actual,
        sum(case when span_days.is_comparable then weekday_indexes.day_factor else 0.0 end) as day_factor,
        sum(weekday_indexes.open_share) as open_days
    from span_days
    inner join weekday_indexes
        on
            span_days.location_key = weekday_indexes.location_key
            and span_days.item_key = weekday_indexes.item_key
            and span_days.origin_weeks_ago = weekday_indexes.origin_weeks_ago
            and span_days.weekday = weekday_indexes.weekday
    where span_days.day_of_origin < span_days.protection_days * span_days.spans_an_origin
    group by
        span_days.location_key,
        span_days.item_key,
        span_days.origin_weeks_ago,
        cast(floor(span_days.day_of_origin / span_days.protection_days) as integer)
)

select
    spans.location_key,
    spans.item_key,
    cast(spans.origin_weeks_ago as integer) as origin_weeks_ago,
    spans.span,
    cast(spans.protection_days as integer) as protection_days,
    cast(spans.origin_weeks_ago - {{ protection_weeks('spans.protection_days') }} as integer) as known_weeks_ago,
    1.0 / spans.spans_an_origin as weight,
    cast(spans.comparable_days as integer) as comparable_days,
    spans.day_factor,
    spans.open_days,
    spans.actual
from spans
inner join levels
    on
        spans.location_key = levels.location_key
        and spans.item_key = levels.item_key
        and spans.origin_weeks_ago = levels.origin_weeks_ago
where
    spans.days = spans.protection_days
    and 2 * spans.comparable_days >= spans.protection_days
    and levels.observable_days >= {{ forecast_constant('minimum_origin_days') }}
