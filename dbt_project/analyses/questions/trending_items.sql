-- Which items are trending?
-- Items that sold at least half as fast again in the last 7 days as in the last 28, seen from the day of the last
-- build: units a day over both, one row an item and store.
-- Empty: No item sells half as fast again.
with

item_velocity as (
    select * from {{ ref('item_velocity') }}
    where is_trending and {{ in_asked_stores('location_key') }}
),

item_attributes as (
    select * from {{ ref('item_attributes') }}
),

stores as (
    {{ stores_by_key() }}
)

select
    stores.pos,
    coalesce(stores.store, item_velocity.location_key) as store,
    coalesce(item_attributes.item_name, item_velocity.item_key) as item_name,
    item_velocity.units_7d,
    item_velocity.velocity_7d,
    item_velocity.velocity_28d,
    item_velocity.trend_7_against_28 as velocity_change
from item_velocity
left join item_attributes on item_velocity.item_key = item_attributes.item_key
left join stores on item_velocity.location_key = stores.location_key
order by item_velocity.trend_7_against_28 desc, item_velocity.location_key asc, item_velocity.item_key asc
