-- What does a guest spend?
-- Net sales before returns per guest, of the orders that tell their guests, by dining option; one row a store, dining
-- option and currency.
-- Empty: No order of these days tells its guests.
-- Bars: net_sales_per_guest
with

revenue_by_hour as (
    select * from {{ ref('revenue_by_hour') }}
    where orders_with_guests > 0 and {{ on_asked_days() }} and {{ in_asked_stores() }}
),

locations as (
    select * from {{ ref('locations') }}
),

stores as (
    select
        pos,
        location_id,
        currency,
        dining_option,
        cast(sum(orders_with_guests) as bigint) as orders_with_guests,
        cast(sum(guests) as bigint) as guests,
        {{ to_decimal('sum(net_sales_with_guests)') }} as net_sales_with_guests
    from revenue_by_hour
    group by pos, location_id, currency, dining_option
)

select
    stores.pos,
    coalesce(locations.name, stores.location_id) as store,
    stores.currency,
    coalesce(stores.dining_option, 'not told') as dining_option,
    stores.orders_with_guests,
    stores.guests,
    stores.net_sales_with_guests,
    {{ divide('stores.net_sales_with_guests', 'stores.guests') }} as net_sales_per_guest
from stores
left join locations on stores.location_id = locations.location_id
order by stores.currency, stores.pos, store, stores.location_id, dining_option
