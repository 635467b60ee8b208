-- How fast does each item sell?
-- Units sold a day on the days when the item could be sold (store open, item not known to be out of stock), one row an
-- item and store, with its rank in the store. Days are known up to the last build, for two years before it.
-- Bars: units_per_day
with

item_daily_sales as (
    select * from {{ ref('item_daily_sales') }}
    where {{ on_asked_days() }} and {{ in_asked_stores('location_key') }}
),

item_attributes as (
    select * from {{ ref('item_attributes') }}
),

stores as (
    {{ stores_by_key() }}
),

items as (
    select
        location_key,
        item_key,
        {{ to_decimal('sum(units_sold)') }} as units,
        count(case when is_store_open and coalesce(is_in_stock, true) then 1 end) as sellable_days
    from item_daily_sales
    group by location_key, item_key
),

rates as (
    select
        *,
        {{ ratio('units', 'sellable_days') }} as units_per_day
    from items
)

select
    stores.pos,
    coalesce(stores.store, rates.location_key) as store,
    rank() over (
        partition by rates.location_key
        order by rates.units_per_day desc nulls last
    ) as velocity_rank,
    coalesce(item_attributes.item_name, rates.item_key) as item_name,
    rates.units,
    rates.sellable_days,
    rates.units_per_day
from rates
left join item_attributes on rates.item_key = item_attributes.item_key
left join stores on rates.location_key = stores.location_key
order by rates.location_key, velocity_rank, item_attributes.item_name, rates.item_key
