-- Which stock does not move?
-- Items on hand that sold nothing in the range, or would last more than 90 days at the pace of the last 28; those
-- without a sale for longest first. Stock is that of the last build. One row an item and store.
-- Empty: All stock on hand moves, or no system tells its stock.
with

inventory_position as (
    select * from {{ ref('inventory_position') }}
    where on_hand > 0 and {{ in_asked_stores('location_key') }}
),

item_daily_revenue as (
    select * from {{ ref('item_daily_revenue') }}
    where {{ on_asked_days() }} and {{ in_asked_stores('location_key') }}
),

item_velocity as (
    select * from {{ ref('item_velocity') }}
),

item_attributes as (
    select * from {{ ref('item_attributes') }}
),

stores as (
    {{ stores_by_key() }}
),

sold as (
    select
        location_key,
        item_key,
        sum(units) as units
    from item_daily_revenue
    group by location_key, item_key
)

select
    stores.pos,
    coalesce(stores.store, inventory_position.location_key) as store,
    coalesce(item_attributes.item_name, inventory_position.item_key) as item_name,
    inventory_position.on_hand as units_on_hand,
    inventory_position.stock_value,
    case when inventory_position.stock_value is not null then item_attributes.cost_currency end as currency,
    {{ to_decimal('coalesce(sold.units, 0)') }} as units,
    inventory_position.days_of_cover,
    item_velocity.last_sold_on,
    item_velocity.days_since_last_sale
from inventory_position
left join item_velocity
    on
        inventory_position.location_key = item_velocity.location_key
        and inventory_position.item_key = item_velocity.item_key
left join sold
    on
        inventory_position.location_key = sold.location_key
        and inventory_position.item_key = sold.item_key
left join item_attributes on inventory_position.item_key = item_attributes.item_key
left join stores on inventory_position.location_key = stores.location_key
where coalesce(sold.units, 0) = 0 or inventory_position.days_of_cover > 90
order by
    item_velocity.days_since_last_sale desc nulls first,
    inventory_position.days_of_cover desc nulls first,
    inventory_position.location_key asc,
    inventory_position.item_key asc
