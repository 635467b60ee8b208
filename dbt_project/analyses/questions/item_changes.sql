-- Which items sell more, or less, than before?
-- Units of the range against those of as many days before it, in the stores that traded by the first of them; the
-- largest changes of units first, one row an item and store.
-- Empty: No item sold more or less, or no store had opened when the days before the range began.
{% set first_day_before = add_days(first_day(), '-1 - ' ~ days_between(first_day(), last_day())) %}
with

item_daily_revenue as (
    select * from {{ ref('item_daily_revenue') }}
    where
        item_key is not null
        and business_date between {{ first_day_before }} and {{ last_day() }}
        and {{ in_asked_stores() }}
),

daily_revenue as (
    select * from {{ ref('daily_revenue') }}
    where {{ in_asked_stores() }}
),

item_attributes as (
    select * from {{ ref('item_attributes') }}
),

stores as (
    {{ stores_by_key() }}
),

-- a store that opened in between sells more of everything
openings as (
    select
        location_key,
        min(business_date) as opened_on
    from daily_revenue
    group by location_key
),

items as (
    select
        location_key,
        item_key,
        {{ to_decimal('sum(case when ' ~ on_asked_days() ~ ' then units else 0 end)') }} as units,
        {{ to_decimal('sum(case when ' ~ on_asked_days() ~ ' then 0 else units end)') }} as units_before
    from item_daily_revenue
    group by location_key, item_key
)

select
    stores.pos,
    coalesce(stores.store, items.location_key) as store,
    coalesce(item_attributes.item_name, items.item_key) as item_name,
    items.units,
    items.units_before,
    items.units - items.units_before as units_difference,
    {{ change('items.units', 'items.units_before') }} as units_change
from items
inner join openings
    on
        items.location_key = openings.location_key
        and openings.opened_on <= {{ first_day_before }}
left join stores on items.location_key = stores.location_key
left join item_attributes on items.item_key = item_attributes.item_key
where items.units <> items.units_before
order by
    abs(items.units - items.units_before) desc,
    items.location_key asc,
    item_name asc,
    items.item_key asc
