-- What is an average transaction worth?
-- Net sales per order, and units per order, one row a store and currency.
-- Bars: average_order_value
with

daily_revenue as (
    select * from {{ ref('daily_revenue') }}
    where {{ on_asked_days() }} and {{ in_asked_stores() }}
),

locations as (
    select * from {{ ref('locations') }}
),

stores as (
    select
        pos,
        location_id,
        currency,
        {{ to_decimal('sum(net_sales)') }} as net_sales,
        cast(sum(orders) as bigint) as orders,
        {{ to_decimal('sum(units)') }} as units
    from daily_revenue
    group by pos, location_id, currency
)

select
    stores.pos,
    coalesce(locations.name, stores.location_id) as store,
    stores.currency,
    stores.orders,
    stores.net_sales,
    {{ divide('stores.net_sales', 'stores.orders') }} as average_order_value,
    {{ divide('stores.units', 'stores.orders') }} as units_per_order
from stores
left join locations on stores.location_id = locations.location_id
order by stores.currency, stores.pos, store, stores.location_id
