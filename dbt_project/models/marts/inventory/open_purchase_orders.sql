with purchase_orders as (
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

outstanding as (
    select
        locations.location_key,
        items.item_key,
        cast({{ local_timestamp('purchase_orders.expected_at', 'locations.timezone') }} as date) as expected_on,
        greatest(0, purchase_order_lines.quantity - coalesce(purchase_order_lines.received_quantity, 0)) as quantity
    from purchase_order_lines
    inner join purchase_orders on purchase_order_lines.purchase_order_id = purchase_orders.purchase_order_id
    inner join locations on purchase_orders.location_id = locations.location_id
    inner join items on purchase_order_lines.item_id = items.item_id
)

select
    location_key,
    item_key,
    expected_on,
    {{ to_decimal('sum(quantity)') }} as on_order
from outstanding
group by location_key, item_key, expected_on
