-- Which items carry the menu?
-- Popularity and contribution margin of each item in the 28 days before the last build, and its class: star (popular
-- and profitable), plowhorse (popular), puzzle (profitable), dog (neither); and the share of its lines with modifiers,
-- voids and discounts. One row an item, store and currency.
with

menu_performance as (
    select * from {{ ref('menu_performance') }}
    where window_days = 28 and {{ in_asked_stores('location_key') }}
),

item_attributes as (
    select * from {{ ref('item_attributes') }}
),

stores as (
    {{ stores_by_key() }}
)

select
    stores.pos,
    coalesce(stores.store, menu_performance.location_key) as store,
    menu_performance.currency,
    menu_performance.menu_class,
    coalesce(item_attributes.item_name, menu_performance.item_key) as item_name,
    coalesce(menu_performance.category, 'uncategorised') as category,
    menu_performance.units,
    menu_performance.popularity_share,
    menu_performance.net_sales,
    menu_performance.contribution_margin,
    menu_performance.contribution_margin_per_unit,
    menu_performance.modifier_uptake,
    menu_performance.void_rate,
    menu_performance.discount_rate
from menu_performance
left join item_attributes on menu_performance.item_key = item_attributes.item_key
left join stores on menu_performance.location_key = stores.location_key
order by
    menu_performance.location_key asc,
    menu_performance.currency asc,
    menu_performance.contribution_margin desc nulls last,
    menu_performance.net_sales desc,
    menu_performance.item_key asc
