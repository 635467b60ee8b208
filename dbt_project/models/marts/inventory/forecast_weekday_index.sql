with daily_demand as (
    select * from {{ ref('item_daily_demand') }}
),

item_attributes as (
    select * from {{ ref('item_attributes') }}
),

daily_sales as (
    select * from {{ ref('item_daily_sales') }}
),

weekdays as (
    select distinct weekday from daily_demand
),

item_weekdays as (
    select
        location_key,
        item_key,
        weekday,
        cast(sum(demand) as double) as demand,
        count(*) as observed_days,
        count(case when demand > 0 then 1 end) as sale_days
    from daily_demand
    where is_observable
    group by location_key, item_key, weekday
),

items as (
    select
        item_weekdays.location_key,
        item_weekdays.item_key,
        coalesce(item_attributes.category, '') as category,
        avg(item_weekdays.demand / item_weekdays.observed_days) as level,
        sum(item_weekdays.sale_days) as sale_days
    from item_weekdays
    inner join item_attributes on item_weekdays.item_key = item_attributes.item_key
    group by item_weekdays.location_key, item_weekdays.item_key, coalesce(item_attributes.category, '')
),

-- What was sold on a weekday against what the items' levels would sell there on the days observed.
standardised as (
    select
        items.location_key,
        items.category,
        items.item_key,
        item_weekdays.weekday,
        item_weekdays.demand,
        items.level * item_weekdays.observed_days as expected,
        item_weekdays.sale_days
    from items
    inner join item_weekdays
        on
            items.location_key = item_weekdays.location_key
            and items.item_key = item_weekdays.item_key
),

location_indexes as (
    select
        location_key,
        weekday,
        {{ ratio('sum(demand)', 'sum(expected)') }} as raw_index
    from standardised
    group by location_key, weekday
),

category_indexes as (
    select
        location_key,
        category,
        weekday,
        {{ ratio('sum(demand)', 'sum(expected)') }} as raw_index
    from standardised
    group by location_key, category, weekday
),

category_sale_days as (
    select
        location_key,
        category,
        cast(sum(sale_days) as double) as sale_days
    from items
    group by location_key, category
),

location_weekdays as (
    select
        category_sale_days.location_key,
        category_sale_days.category,
        category_sale_days.sale_days,
        weekdays.weekday,
        coalesce(location_indexes.raw_index, 1.0) as parent_index
    from category_sale_days
    cross join weekdays
    left join location_indexes
        on
            category_sale_days.location_key = location_indexes.location_key
            and weekdays.weekday = location_indexes.weekday
),

shrunk_category_indexes as (
    select
        location_weekdays.location_key,
        location_weekdays.category,
        location_weekdays.weekday,
        (
            location_weekdays.sale_days * coalesce(category_indexes.raw_index, location_weekdays.parent_index)
            + {{ forecast_constant('category_index_sale_days') }} * location_weekdays.parent_index
        ) / (location_weekdays.sale_days + {{ forecast_constant('category_index_sale_days') }}) as parent_index
    from location_weekdays
    left join category_indexes
        on
            location_weekdays.location_key = category_indexes.location_key
            and location_weekdays.category = category_indexes.category
            and location_weekdays.weekday = category_indexes.weekday
),

shrunk_item_indexes as (
    select
        items.location_key,
        items.item_key,
        parents.weekday,
        (
            items.sale_days
            * coalesce({{ ratio('standardised.demand', 'standardised.expected') }}, parents.parent_index)
            + {{ forecast_constant('item_index_sale_days') }} * parents.parent_index
        ) / (items.sale_days + {{ forecast_constant('item_index_sale_days') }}) as weekday_index
    from items
    inner join shrunk_category_indexes as parents
        on
            items.location_key = parents.location_key
            and items.category = parents.category
    left join standardised
        on
            items.location_key = standardised.location_key
            and items.item_key = standardised.item_key
            and parents.weekday = standardised.weekday
),

-- How often the store was open lately on that weekday: what is expected of a day still to come.
recent_store_days as (
    select
        location_key,
        business_date,
        max(case when is_store_open then 1.0 else 0.0 end) as is_open
    from daily_sales
    where business_date >= {{ add_days(as_of_date(), -forecast_constant('open_share_days')) }}
    group by location_key, business_date
),

open_shares as (
    select
        location_key,
        {{ weekday('business_date') }} as weekday,
        avg(cast(is_open as double)) as open_share
    from recent_store_days
    group by location_key, {{ weekday('business_date') }}
)

select
    shrunk_item_indexes.location_key,
    shrunk_item_indexes.item_key,
    shrunk_item_indexes.weekday,
    shrunk_item_indexes.weekday_index,
    coalesce(open_shares.open_share, 0.0) as open_share,
    shrunk_item_indexes.weekday_index * coalesce(open_shares.open_share, 0.0) as day_factor
from shrunk_item_indexes
left join open_shares
    on
        shrunk_item_indexes.location_key = open_shares.location_key
        and shrunk_item_indexes.weekday = open_shares.weekday
