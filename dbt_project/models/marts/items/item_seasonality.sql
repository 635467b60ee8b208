{% set least_days = 8 %}
{% set days_of_a_year = 365 %}
with

daily_demand as (
    select * from {{ ref('item_daily_demand') }}
),

item_attributes as (
    select * from {{ ref('item_attributes') }}
),

-- Months are compared over whole years, so that each of them is there as often as the others.
items as (
    select
        daily_demand.location_key,
        daily_demand.item_key,
        nullif(trim(item_attributes.category), '') as category,
        {{ days_of_a_year }} * floor(max(daily_demand.days_ago) / {{ days_of_a_year }}.0) as days_of_whole_years
    from daily_demand
    left join item_attributes
        on daily_demand.item_key = item_attributes.item_key
    group by daily_demand.location_key, daily_demand.item_key, nullif(trim(item_attributes.category), '')
),

weekdays as (
    select
        location_key,
        item_key,
        'weekday' as period_kind,
        weekday as period,
        cast(sum(demand) as double) as units,
        count(*) as days,
        count(case when demand > 0 then 1 end) as sale_days
    from daily_demand
    where is_observable
    group by location_key, item_key, weekday
),

months as (
    select
        daily_demand.location_key,
        daily_demand.item_key,
        'month' as period_kind,
        cast(extract(month from daily_demand.business_date) as integer) as period,
        cast(sum(daily_demand.demand) as double) as units,
        count(*) as days,
        count(case when daily_demand.demand > 0 then 1 end) as sale_days
    from daily_demand
    inner join items
        on
            daily_demand.location_key = items.location_key
            and daily_demand.item_key = items.item_key
            and daily_demand.days_ago <= items.days_of_whole_years
    where daily_demand.is_observable
    group by
        daily_demand.location_key,
        daily_demand.item_key,
        cast(extract(month from daily_demand.business_date) as integer)
),

item_periods as (
    select * from weekdays
    union all
    select * from months
),

-- The mean day of an item, in which each weekday, or month, weighs the same.
item_means as (
    select
        location_key,
        item_key,
        period_kind,
        avg(units / days) as units_a_day,
        cast(sum(sale_days) as double) as sale_days
    from item_periods
    group by location_key, item_key, period_kind
    having sum(sale_days) > 0
),

-- What was sold in a period, beside what mean days would have sold.
compared as (
    select
        item_periods.location_key,
        item_periods.item_key,
        items.category,
        item_periods.period_kind,
        item_periods.period,
        item_periods.units,
        item_periods.days,
        item_periods.sale_days,
        item_means.units_a_day * item_periods.days as mean_units,
        item_means.sale_days as sale_days_of_item,
        item_periods.days >= {{ least_days }} as is_long
    from item_periods
    inner join items
        on
            item_periods.location_key = items.location_key
            and item_periods.item_key = items.item_key
    inner join item_means
        on
            item_periods.location_key = item_means.location_key
            and item_periods.item_key = item_means.item_key
            and item_periods.period_kind = item_means.period_kind
),

indexes_of_all as (
    select
        location_key,
        period_kind,
        period,
        {{ ratio('sum(units)', 'sum(mean_units)') }} as seasonal_index,
        sum(days) as observations
    from compared
    group by location_key, period_kind, period
),

category_periods as (
    select
        location_key,
        category,
        period_kind,
        period,
        {{ ratio('sum(units)', 'sum(mean_units)') }} as raw_index,
        sum(days) as observations,
        sum(sale_days) as sale_days
    from compared
    where is_long and category is not null
    group by location_key, category, period_kind, period
),

category_sizes as (
    select
        location_key,
        category,
        period_kind,
        cast(sum(sale_days) as double) as sale_days
    from category_periods
    group by location_key, category, period_kind
),

indexes_of_categories as (
    select
        category_periods.location_key,
        category_periods.category,
        category_periods.period_kind,
        category_periods.period,
        category_periods.observations,
        {{ drawn_to(
            'indexes_of_all.seasonal_index',
            'category_periods.raw_index',
            'category_sizes.sale_days',
            forecast_constant('category_index_sale_days')
        ) }} as seasonal_index
    from category_periods
    inner join category_sizes
        on
            category_periods.location_key = category_sizes.location_key
            and category_periods.category = category_sizes.category
            and category_periods.period_kind = category_sizes.period_kind
    inner join indexes_of_all
        on
            category_periods.location_key = indexes_of_all.location_key
            and category_periods.period_kind = indexes_of_all.period_kind
            and category_periods.period = indexes_of_all.period
),

-- Each item has every period that its store has.
chosen as (
    select
        items.location_key,
        items.item_key,
        indexes_of_all.period_kind,
        indexes_of_all.period,
        case
            when compared.is_long
                then {{ drawn_to(
                    'coalesce(indexes_of_categories.seasonal_index, indexes_of_all.seasonal_index)',
                    'compared.units / compared.mean_units',
                    'compared.sale_days_of_item',
                    forecast_constant('item_index_sale_days')
                ) }}
            else coalesce(indexes_of_categories.seasonal_index, indexes_of_all.seasonal_index)
        end as seasonal_index,
        case
            when compared.is_long then compared.days
            else coalesce(indexes_of_categories.observations, indexes_of_all.observations)
        end as observations,
        case
            when compared.is_long then 'item'
            when indexes_of_categories.seasonal_index is not null then 'category'
            else 'all'
        end as source
    from items
    inner join indexes_of_all
        on items.location_key = indexes_of_all.location_key
    left join indexes_of_categories
        on
            items.location_key = indexes_of_categories.location_key
            and items.category = indexes_of_categories.category
            and indexes_of_all.period_kind = indexes_of_categories.period_kind
            and indexes_of_all.period = indexes_of_categories.period
    left join compared
        on
            items.location_key = compared.location_key
            and items.item_key = compared.item_key
            and indexes_of_all.period_kind = compared.period_kind
            and indexes_of_all.period = compared.period
)

-- Indexes of several sources need not have a mean of 1.
select
    location_key,
    item_key,
    period_kind,
    period,
    {{ to_places(
        'seasonal_index / avg(seasonal_index) over (partition by location_key, item_key, period_kind)'
    ) }} as seasonal_index,
    cast(observations as bigint) as observations,
    source
from chosen
