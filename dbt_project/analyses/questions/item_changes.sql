-- Which items sell more, or less, than before?
-- Units of the range against those of as many days before it, the largest changes of units first, one row an item and
-- store.
with

item_daily_sales as (
    select * from {{ ref('item_daily_sales') }}
    where
        business_date between
        {{ add_days(first_day(), '-1 - ' ~ days_between(first_day(), last_day())) }} and {{ last_day() }}
        and {{ in_asked_stores('location_key') }}
),

item_attributes as (
    select * from {{ ref('item_attributes') }}
),

items as (
    select
        location_key,
        item_key,
        {{ to_decimal('sum(case when ' ~ on_asked_days() ~ ' then units_sold else 0 end)') }} as units,
        {{ to_decimal('sum(case when ' ~ on_asked_days() ~ ' then 0 else units_sold end)') }} as units_before
    from item_daily_sales
    group by location_key, item_key
)

select
    items.location_key,
    item_attributes.item_name,
    items.units,
    items.units_before,
    items.units - items.units_before as units_difference,
    {{ change('items.units', 'items.units_before') }} as units_change
from items
left join item_attributes on items.item_key = item_attributes.item_key
where items.units <> items.units_before
order by
    abs(items.units - items.units_before) desc,
    items.location_key asc,
    item_attributes.item_name asc,
    items.item_key asc
