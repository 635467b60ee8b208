with daily_demand as (
    select * from {{ ref('item_daily_demand') }}
),

weekday_indexes as (
    select * from {{ ref('forecast_weekday_index') }}
),

settings as (
    select * from {{ ref('replenishment_settings') }}
),

item_attributes as (
    select * from {{ ref('item_attributes') }}
),

-- Days between two origins act as one block: an origin sees the blocks that lie before it. The weight of a day
-- counts from as_of_date for every origin; it cancels in the ratio that makes the level.
weighted_days as (
    select
        daily_demand.location_key,
        daily_demand.item_key,
        cast(floor((daily_demand.days_ago - 1) / 7) as integer) as block,
        cast(daily_demand.demand as double) as demand,
        weekday_indexes.weekday_index,
        power(2.0, -daily_demand.days_ago / {{ forecast_constant('half_life_days') }}.0) as weight
    from daily_demand
    inner join weekday_indexes
        on
            daily_demand.location_key = weekday_indexes.location_key
            and daily_demand.item_key = weekday_indexes.item_key
            and daily_demand.weekday = weekday_indexes.weekday
    where daily_demand.is_observable
),

observed_blocks as (
    select
        location_key,
        item_key,
        block,
        sum(weight * demand) as weighted_demand,
        sum(weight * weekday_index) as weighted_index,
        count(*) as observable_days,
        count(case when demand > 0 then 1 end) as sale_days,
        sum(demand) as demand,
        sum(case when demand > 0 then demand * demand else 0 end) as squared_demand
    from weighted_days
    group by location_key, item_key, block
),

-- A week in which nothing could be observed is an origin all the same.
blocks as (
    select distinct
        location_key,
        item_key,
        cast(floor((days_ago - 1) / 7) as integer) as block
    from daily_demand
),

origins as (
    select
        blocks.location_key,
        blocks.item_key,
        blocks.block as origin_weeks_ago,
        sum(observed_blocks.weighted_demand) over seen as weighted_demand,
        sum(observed_blocks.weighted_index) over seen as weighted_index,
        coalesce(sum(observed_blocks.observable_days) over seen, 0) as observable_days,
        coalesce(sum(observed_blocks.sale_days) over seen, 0) as sale_days,
        coalesce(sum(observed_blocks.demand) over seen, 0) as demand,
        coalesce(sum(observed_blocks.squared_demand) over seen, 0) as squared_demand
    from blocks
    left join observed_blocks
        on
            blocks.location_key = observed_blocks.location_key
            and blocks.item_key = observed_blocks.item_key
            and blocks.block = observed_blocks.block
    window seen as (
        partition by blocks.location_key, blocks.item_key
        order by blocks.block desc
        rows between unbounded preceding and current row
    )
),

needed_origins as (
    select
        origins.*,
        coalesce(item_attributes.category, '') as category,
        coalesce({{ ratio('origins.weighted_demand', 'origins.weighted_index') }}, 0.0) as own_level
    from origins
    inner join settings
        on
            origins.location_key = settings.location_key
            and origins.item_key = settings.item_key
    inner join item_attributes on origins.item_key = item_attributes.item_key
    where
        origins.origin_weeks_ago
        <= ceil(settings.protection_days / 7.0) + {{ forecast_constant('backtest_origins') }} - 1
),

category_levels as (
    select
        location_key,
        category,
        origin_weeks_ago,
        {{ continuous_quantile('own_level', 0.5) }} as category_level
    from needed_origins
    where observable_days >= {{ forecast_constant('new_item_days') }}
    group by location_key, category, origin_weeks_ago
),

judged as (
    select
        needed_origins.*,
        category_levels.category_level,
        needed_origins.observable_days < {{ forecast_constant('new_item_days') }} as is_new
    from needed_origins
    left join category_levels
        on
            needed_origins.location_key = category_levels.location_key
            and needed_origins.category = category_levels.category
            and needed_origins.origin_weeks_ago = category_levels.origin_weeks_ago
)

select
    location_key,
    item_key,
    origin_weeks_ago,
    own_level,
    category_level,
    case
        when is_new and category_level is not null
            then (
                observable_days * own_level + {{ forecast_constant('new_item_weight_days') }} * category_level
            ) / (observable_days + {{ forecast_constant('new_item_weight_days') }})
        else own_level
    end as level,
    cast(observable_days as integer) as observable_days,
    cast(sale_days as integer) as sale_days,
    -- Classes of Syntetos, Boylan and Croston: mean days between sales 1.32, squared variation of sizes 0.49.
    case
        when sale_days = 0 then 'no_sales'
        when observable_days >= 1.32 * sale_days
            then case when squared_demand * sale_days >= 1.49 * demand * demand then 'lumpy' else 'intermittent' end
        when squared_demand * sale_days >= 1.49 * demand * demand then 'erratic'
        else 'smooth'
    end as demand_class,
    is_new
from judged
