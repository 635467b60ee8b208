with daily_demand as (
    select * from {{ ref('item_daily_demand') }}
),

levels as (
    select * from {{ ref('forecast_level') }}
),

item_attributes as (
    select * from {{ ref('item_attributes') }}
),

weeks as (
    select
        location_key,
        item_key,
        {{ week_ago('days_ago') }} as week,
        count(*) as observed_days,
        sum(cast(demand as double)) as demand
    from daily_demand
    where is_observable and {{ week_ago('days_ago') }} >= 48
    group by location_key, item_key, {{ week_ago('days_ago') }}
),

-- 364 days before an origin is the same weekday: the four weeks on either side of it. What is not observed of them
-- counts as the rest.
last_years_weeks as (
    select
        levels.location_key,
        levels.item_key,
        levels.origin_weeks_ago,
        case
            when weeks.week < levels.origin_weeks_ago + 52 then weeks.demand
            else 0.0
        end as demand_after,
        case
            when weeks.week < levels.origin_weeks_ago + 52 then weeks.observed_days
            else 0
        end as days_after,
        case
            when weeks.week >= levels.origin_weeks_ago + 52 then weeks.demand
            else 0.0
        end as demand_before,
        case
            when weeks.week >= levels.origin_weeks_ago + 52 then weeks.observed_days
            else 0
        end as days_before
    from levels
    inner join weeks
        on
            levels.location_key = weeks.location_key
            and levels.item_key = weeks.item_key
            and levels.origin_weeks_ago + 48 <= weeks.week
            and levels.origin_weeks_ago + 55 >= weeks.week
),

items as (
    select
        location_key,
        item_key,
        origin_weeks_ago,
        28.0 * sum(demand_after) / sum(days_after) as demand_after,
        28.0 * sum(demand_before) / sum(days_before) as demand_before
    from last_years_weeks
    group by location_key, item_key, origin_weeks_ago
    having
        sum(days_after) >= {{ forecast_constant('season_minimum_days') }}
        and sum(days_before) >= {{ forecast_constant('season_minimum_days') }}
),

location_ratios as (
    select
        location_key,
        origin_weeks_ago,
        {{ ratio('sum(demand_after)', 'sum(demand_before)') }} as location_ratio
    from items
    group by location_key, origin_weeks_ago
),

category_sums as (
    select
        items.location_key,
        items.origin_weeks_ago,
        coalesce(item_attributes.category, '') as category,
        sum(items.demand_after) as demand_after,
        sum(items.demand_before) as demand_before
    from items
    inner join item_attributes on items.item_key = item_attributes.item_key
    group by items.location_key, items.origin_weeks_ago, coalesce(item_attributes.category, '')
),

-- Few units say little of a season: a wider group is mixed in as if it were some units more.
category_ratios as (
    select
        category_sums.location_key,
        category_sums.origin_weeks_ago,
        category_sums.category,
        (
            category_sums.demand_after
            + {{ forecast_constant('season_category_prior_units') }} * location_ratios.location_ratio
        ) / (category_sums.demand_before + {{ forecast_constant('season_category_prior_units') }}) as category_ratio
    from category_sums
    inner join location_ratios
        on
            category_sums.location_key = location_ratios.location_key
            and category_sums.origin_weeks_ago = location_ratios.origin_weeks_ago
),

drawn as (
    select
        levels.location_key,
        levels.item_key,
        levels.origin_weeks_ago,
        (
            coalesce(items.demand_after, 0.0)
            + {{ forecast_constant('season_prior_units') }}
            * coalesce(category_ratios.category_ratio, location_ratios.location_ratio)
        ) / (coalesce(items.demand_before, 0.0) + {{ forecast_constant('season_prior_units') }}) as season_ratio
    from levels
    inner join item_attributes on levels.item_key = item_attributes.item_key
    left join items
        on
            levels.location_key = items.location_key
            and levels.item_key = items.item_key
            and levels.origin_weeks_ago = items.origin_weeks_ago
    left join category_ratios
        on
            levels.location_key = category_ratios.location_key
            and levels.origin_weeks_ago = category_ratios.origin_weeks_ago
            and coalesce(item_attributes.category, '') = category_ratios.category
    left join location_ratios
        on
            levels.location_key = location_ratios.location_key
            and levels.origin_weeks_ago = location_ratios.origin_weeks_ago
)

-- A store without a year behind it has no season yet; one is trusted up to a doubling.
select
    location_key,
    item_key,
    origin_weeks_ago,
    least(2.0, greatest(0.5, coalesce(season_ratio, 1.0))) as season_ratio
from drawn
