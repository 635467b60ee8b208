-- What each item brought on the days on which it was sold or given back. A view: what joins ids of several systems into
-- one item or store, and an item's category, may change for the past, too.
{{ config(materialized='view') }}

with

item_daily_totals as (
    select * from {{ ref('item_daily_totals') }}
),

locations as (
    select * from {{ ref('locations') }}
),

items as (
    select * from {{ ref('items') }}
)

select
    totals.connection_id,
    totals.pos,
    totals.location_id,
    coalesce(locations.location_key, totals.location_id) as location_key,
    totals.item_id,
    coalesce(items.item_key, totals.item_id) as item_key,
    items.category,
    totals.line_kind,
    totals.currency,
    totals.business_date,
    totals.gross_sales,
    totals.discounts,
    totals.returns,
    totals.net_sales,
    totals.units,
    totals.units_returned,
    totals.lines_sold,
    totals.lines_discounted,
    totals.orders
from item_daily_totals as totals
left join locations
    on totals.location_id = locations.location_id
left join items
    on totals.item_id = items.item_id
