with inventory_levels as (
    select *
    from {{ ref('inventory_levels') }}
    where observed_on <= {{ as_of_date() }} and observed_on >= {{ first_item_day() }}
),

opening_stock as (
    select *
    from {{ ref('item_opening_stock') }}
    where business_date = {{ as_of_date() }}
),

purchase_orders as (
    select *
    from {{ ref('purchase_orders') }}
    where received_at is null and coalesce(lower(status), 'open') not in ('cancelled', 'canceled', 'closed', 'received')
),

purchase_order_lines as (
    select * from {{ ref('purchase_order_lines') }}
),

locations as (
    select * from {{ ref('locations') }}
),

items as (
    select * from {{ ref('items') }}
),

item_attributes as (
    select * from {{ ref('item_attributes') }}
),

daily_sales as (
    select * from {{ ref('item_daily_sales') }}
),

ingredient_use as (
    select * from {{ ref('ingredient_daily_use') }}
),

velocity as (
    select * from {{ ref('item_velocity') }}
),

ranked_levels as (
    select
        *,
        row_number() over (
            partition by location_id, item_id
            order by observed_at desc
        ) as recency
    from inventory_levels
),

latest_levels as (
    select
        locations.location_key,
        items.item_key,
        sum(ranked_levels.on_hand) as on_hand,
        sum(ranked_levels.committed) as committed,
        sum(ranked_levels.incoming) as incoming,
        max(ranked_levels.observed_at) as observed_at
    from ranked_levels
    inner join locations on ranked_levels.location_id = locations.location_id
    inner join items on ranked_levels.item_id = items.item_id
    where ranked_levels.recency = 1
    group by locations.location_key, items.item_key
),

open_orders as (
    select
        locations.location_key,
        items.item_key,
        sum(
            greatest(0, purchase_order_lines.quantity - coalesce(purchase_order_lines.received_quantity, 0))
        ) as on_order
    from purchase_order_lines
    inner join purchase_orders on purchase_order_lines.purchase_order_id = purchase_orders.purchase_order_id
    inner join locations on purchase_orders.location_id = locations.location_id
    inner join items on purchase_order_lines.item_id = items.item_id
    group by locations.location_key, items.item_key
),

known_keys as (
    select
        location_key,
        item_key
    from daily_sales
    union
    select
        location_key,
        item_key
    from ingredient_use
    union
    select
        location_key,
        item_key
    from latest_levels
),

location_currencies as (
    select
        location_key,
        case when count(distinct currency) = 1 then min(currency) end as currency
    from locations
    group by location_key
),

-- What was seen last; where every observation is later than the day asked for, what the movements lead back to.
stock as (
    select
        known_keys.location_key,
        known_keys.item_key,
        coalesce(latest_levels.on_hand, opening_stock.on_hand) as on_hand,
        coalesce(latest_levels.committed, 0) as committed,
        -- The POS's own figure and the open purchase orders tell of the same goods.
        greatest(coalesce(latest_levels.incoming, 0), coalesce(open_orders.on_order, 0)) as on_order,
        latest_levels.observed_at
    from known_keys
    left join latest_levels
        on
            known_keys.location_key = latest_levels.location_key
            and known_keys.item_key = latest_levels.item_key
    left join opening_stock
        on
            known_keys.location_key = opening_stock.location_key
            and known_keys.item_key = opening_stock.item_key
    left join open_orders
        on
            known_keys.location_key = open_orders.location_key
            and known_keys.item_key = open_orders.item_key
),

costed as (
    select
        stock.*,
        stock.on_hand is not null as stock_known,
        case when item_attributes.cost_currency = location_currencies.currency then item_attributes.unit_cost end
            as unit_cost,
        velocity.velocity_28d
    from stock
    inner join item_attributes on stock.item_key = item_attributes.item_key
    inner join location_currencies on stock.location_key = location_currencies.location_key
    left join velocity
        on
            stock.location_key = velocity.location_key
            and stock.item_key = velocity.item_key
    where not item_attributes.is_gift_card
)

select
    location_key,
    item_key,
    stock_known,
    {{ to_decimal('on_hand') }} as on_hand,
    {{ to_decimal('case when stock_known then on_order end') }} as on_order,
    {{ to_decimal('case when stock_known then committed end') }} as committed,
    {{ to_decimal('on_hand + on_order - committed') }} as inventory_position,
    {{ to_decimal('unit_cost') }} as unit_cost,
    {{ to_decimal('greatest(0, on_hand) * unit_cost') }} as stock_value,
    {{ ratio('greatest(0, on_hand + on_order - committed)', 'velocity_28d') }} as days_of_cover,
    observed_at
from costed
