with known_days as (
    select * from {{ ref('forecast_known_days') }}
),

item_attributes as (
    select * from {{ ref('item_attributes') }}
),

daily_sales as (
    select * from {{ ref('item_daily_sales') }}
),

items as (
    select
        known_days.location_key,
        known_days.item_key,
        known_days.origin_weeks_ago,
        coalesce(min(item_attributes.category), '') as category,
        avg({{ ratio('known_days.level_mean_demand', 'known_days.observed_days') }}) as level,
        sum(known_days.sale_days) as sale_days
    from known_days
    inner join item_attributes on known_days.item_key = item_attributes.item_key
    group by known_days.location_key, known_days.item_key, known_days.origin_weeks_ago
),

-- What was sold on a weekday against what the items' levels would sell there on the days observed.
standardised as (
    select
        items.location_key,
        items.category,
        items.item_key,
        items.origin_weeks_ago,
        items.sale_days as item_sale_days,
        known_days.weekday,
        known_days.level_mean_demand as demand,
        coalesce(items.level, 0.0) * known_days.observed_days as expected
    from items
    inner join known_days
        on
            items.location_key = known_days.location_key
            and items.item_key = known_days.item_key
            and items.origin_weeks_ago = known_days.origin_weeks_ago
),

location_indexes as (
    select
        location_key,
        origin_weeks_ago,
        weekday,
        coalesce({{ ratio('sum(demand)', 'sum(expected)') }}, 1.0) as location_index
    from standardised
    group by location_key, origin_weeks_ago, weekday
),

category_indexes as (
    select
        location_key,
        origin_weeks_ago,
        category,
        weekday,
        {{ ratio('sum(demand)', 'sum(expected)') }} as raw_index,
        sum(item_sale_days) as sale_days
    from standardised
    group by location_key, origin_weeks_ago, category, weekday
),

drawn_category_indexes as (
    select
        category_indexes.location_key,
        category_indexes.origin_weeks_ago,
        category_indexes.category,
        category_indexes.weekday,
        {{ drawn_to(
            'location_indexes.location_index',
            'coalesce(category_indexes.raw_index, location_indexes.location_index)',
            'category_indexes.sale_days',
            forecast_constant('category_index_sale_days')
        ) }} as category_index
    from category_indexes
    inner join location_indexes
        on
            category_indexes.location_key = location_indexes.location_key
            and category_indexes.origin_weeks_ago = location_indexes.origin_weeks_ago
            and category_indexes.weekday = location_indexes.weekday
),

-- How often the store was open lately on that weekday: what is expected of a day still to come.
store_days as (
    select
        location_key,
        business_date,
        cast({{ weekday('business_date') }} as integer) as weekday,
        cast({{ days_between('business_date', as_of_date()) }} as integer) as days_ago,
        max(case when is_store_open then cast(1 as double) else cast(0 as double) end) as is_open
    from daily_sales
    group by location_key, business_date
),

location_origins as (
    select distinct
        location_key,
        origin_weeks_ago
    from location_indexes
),

open_shares as (
    select
        location_origins.location_key,
        location_origins.origin_weeks_ago,
        store_days.weekday,
        avg(store_days.is_open) as open_share
    from location_origins
    inner join store_days
        on
            location_origins.location_key = store_days.location_key
            and 7 * location_origins.origin_weeks_ago < store_days.days_ago
            and 7 * location_origins.origin_weeks_ago + {{ forecast_constant('open_share_days') }}
            >= store_days.days_ago
    group by location_origins.location_key, location_origins.origin_weeks_ago, store_days.weekday
),

drawn_indexes as (
    select
        standardised.location_key,
        standardised.item_key,
        standardised.origin_weeks_ago,
        standardised.weekday,
        {{ drawn_to(
            'parents.category_index',
            'coalesce(' ~ ratio('standardised.demand', 'standardised.expected') ~ ', parents.category_index)',
            'standardised.item_sale_days',
            forecast_constant('item_index_sale_days')
        ) }} as weekday_index
    from standardised
    inner join drawn_category_indexes as parents
        on
            standardised.location_key = parents.location_key
            and standardised.origin_weeks_ago = parents.origin_weeks_ago
            and standardised.category = parents.category
            and standardised.weekday = parents.weekday
)

select
    drawn_indexes.location_key,
    drawn_indexes.item_key,
    drawn_indexes.origin_weeks_ago,
    drawn_indexes.weekday,
    drawn_indexes.weekday_index,
    coalesce(open_shares.open_share, 0.0) as open_share,
    drawn_indexes.weekday_index * coalesce(open_shares.open_share, 0.0) as day_factor
from drawn_indexes
left join open_shares
    on
        drawn_indexes.location_key = open_shares.location_key
        and drawn_indexes.origin_weeks_ago = open_shares.origin_weeks_ago
        and drawn_indexes.weekday = open_shares.weekday
