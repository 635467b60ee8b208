-- When does each item sell best?
-- The strongest and the weakest weekday and month of each item against its mean (1 is the mean), as of the last build;
-- periods that its own history does not tell are those of its category or of all items. One row an item, store and kind
-- of period.
with

item_seasonality as (
    select * from {{ ref('item_seasonality') }}
    where {{ in_asked_stores('location_key') }}
),

item_attributes as (
    select * from {{ ref('item_attributes') }}
),

stores as (
    {{ stores_by_key() }}
),

-- the first of January 2024 was a Monday
named as (
    select
        *,
        case period_kind
            when 'weekday' then {{ weekday_name('make_date(2024, 1, period)') }}
            else {{ month_name('make_date(2024, period, 1)') }}
        end as period_name
    from item_seasonality
),

extremes as (
    select
        location_key,
        item_key,
        period_kind,
        max_by(period_name, seasonal_index) as strongest_period,
        max(seasonal_index) as strongest_index,
        min_by(period_name, seasonal_index) as weakest_period,
        min(seasonal_index) as weakest_index,
        count(*) as periods,
        count(case when source = 'item' then 1 end) as periods_of_its_own,
        cast(sum(observations) as bigint) as observations
    from named
    group by location_key, item_key, period_kind
)

select
    stores.pos,
    coalesce(stores.store, extremes.location_key) as store,
    coalesce(item_attributes.item_name, extremes.item_key) as item_name,
    extremes.period_kind,
    extremes.strongest_period,
    extremes.strongest_index,
    extremes.weakest_period,
    extremes.weakest_index,
    extremes.periods,
    extremes.periods_of_its_own,
    extremes.observations
from extremes
left join item_attributes on extremes.item_key = item_attributes.item_key
left join stores on extremes.location_key = stores.location_key
order by
    extremes.period_kind desc,
    extremes.strongest_index desc nulls last,
    extremes.location_key asc,
    extremes.item_key asc
