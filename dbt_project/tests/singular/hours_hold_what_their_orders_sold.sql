-- What an hour's lines brought is what the orders that closed in it did, apart by channel, dining option and revenue
-- centre, and so are its guests.
{{ config(meta={'dagster': {'ref': {'name': 'revenue_by_hour'}}}) }}

with

orders as (
    select * from {{ ref('orders') }}
    where counts_as_sale and {{ is_of_changed_day() }}
),

locations as (
    select * from {{ ref('locations') }}
),

closed as (
    select
        orders.location_id,
        orders.currency,
        orders.business_date,
        {{ hour_of_day('coalesce(orders.closed_at, orders.ordered_at)', 'locations.timezone') }} as hour_of_day,
        orders.channel,
        orders.dining_option,
        orders.revenue_center,
        1 as orders,
        orders.gross_sales,
        orders.discounts,
        coalesce(orders.guests, 0) as guests,
        case when orders.guests > 0 then 1 else 0 end as orders_with_guests,
        case when orders.guests > 0 then orders.gross_sales - orders.discounts else 0 end as net_sales_with_guests
    from orders
    left join locations
        on orders.location_id = locations.location_id
),

hours as (
    select * from {{ ref('revenue_by_hour') }}
    where {{ is_of_changed_day() }}
),

differences as (
    {{ sums_that_differ(
        'hours', 'closed',
        ['orders', 'gross_sales', 'discounts', 'guests', 'orders_with_guests', 'net_sales_with_guests'],
        keys=['location_id', 'currency', 'hour_of_day', 'channel', 'dining_option', 'revenue_center'],
    ) }}
)

select * from differences
