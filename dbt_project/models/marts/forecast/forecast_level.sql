with known_days as (
    select * from {{ ref('forecast_known_days') }}
),

weekday_indexes as (
    select * from {{ ref('forecast_weekday_index') }}
),

item_attributes as (
    select * from {{ ref('item_attributes') }}
),

origins as (
    select
        known_days.location_key,
        known_days.item_key,
        known_days.origin_weeks_ago,
        {%- for level in forecast_levels() %}
            coalesce({{ ratio(
                'sum(known_days.' ~ level.name ~ '_demand)',
                'sum(known_days.' ~ level.name ~ '_weight * weekday_indexes.weekday_index)'
            ) }}, 0.0) as {{ level.name }},
        {%- endfor %}
        {%- for name in trend_levels() %}
            {{ ratio('sum(known_days.' ~ name ~ '_weighted_age)', 'sum(known_days.' ~ name ~ '_weight)') }}
            - 7 * known_days.origin_weeks_ago as {{ name }}_age,
        {%- endfor %}
        sum(known_days.observed_days) as observable_days,
        sum(known_days.sale_days) as sale_days,
        sum(known_days.level_mean_demand) as demand,
        sum(known_days.squared_demand) as squared_demand
    from known_days
    inner join weekday_indexes
        on
            known_days.location_key = weekday_indexes.location_key
            and known_days.item_key = weekday_indexes.item_key
            and known_days.origin_weeks_ago = weekday_indexes.origin_weeks_ago
            and known_days.weekday = weekday_indexes.weekday
    group by known_days.location_key, known_days.item_key, known_days.origin_weeks_ago
),

judged as (
    select
        origins.*,
        coalesce(item_attributes.category, '') as category,
        origins.observable_days < {{ forecast_constant('new_item_days') }} as is_new
    from origins
    inner join item_attributes on origins.item_key = item_attributes.item_key
),

category_levels as (
    select
        location_key,
        category,
        origin_weeks_ago,
        avg(level_mean) as category_level
    from judged
    where not is_new
    group by location_key, category, origin_weeks_ago
)

select
    judged.location_key,
    judged.item_key,
    judged.origin_weeks_ago,
    {%- for level in forecast_levels() %}
        case
            when judged.is_new and category_levels.category_level is not null
                then {{ drawn_to(
                    'category_levels.category_level', 'judged.' ~ level.name, 'judged.observable_days',
                    forecast_constant('new_item_weight_days')
                ) }}
            else judged.{{ level.name }}
        end as {{ level.name }},
    {%- endfor %}
    {%- for name in trend_levels() %}
        judged.{{ name }}_age,
    {%- endfor %}
    category_levels.category_level,
    cast(judged.observable_days as integer) as observable_days,
    cast(judged.sale_days as integer) as sale_days,
    -- Classes of Syntetos, Boylan and Croston: mean days between sales 1.32, squared variation of sizes 0.49.
    case
        when judged.sale_days = 0 then 'no_sales'
        when judged.observable_days >= 1.32 * judged.sale_days
            then
                case
                    when judged.squared_demand * judged.sale_days >= 1.49 * judged.demand * judged.demand
                        then 'lumpy'
                    else 'intermittent'
                end
        when judged.squared_demand * judged.sale_days >= 1.49 * judged.demand * judged.demand then 'erratic'
        else 'smooth'
    end as demand_class,
    judged.is_new
from judged
left join category_levels
    on
        judged.location_key = category_levels.location_key
        and judged.category = category_levels.category
        and judged.origin_weeks_ago = category_levels.origin_weeks_ago
