-- How often does a sale happen?
-- Orders a day with sales, orders an hour with sales, and the busiest day, one row a store.
-- Bars: orders_per_day
with

revenue_by_hour as (
    select * from {{ ref('revenue_by_hour') }}
    where orders > 0 and {{ on_asked_days() }} and {{ in_asked_stores() }}
),

locations as (
    select * from {{ ref('locations') }}
),

days as (
    select
        pos,
        location_id,
        business_date,
        sum(orders) as orders,
        count(distinct hour_of_day) as hours
    from revenue_by_hour
    group by pos, location_id, business_date
),

stores as (
    select
        pos,
        location_id,
        cast(sum(orders) as bigint) as orders,
        count(*) as days_with_sales,
        sum(hours) as hours_with_sales,
        max_by(business_date, orders) as busiest_day,
        cast(max(orders) as bigint) as orders_on_busiest_day
    from days
    group by pos, location_id
)

select
    stores.pos,
    coalesce(locations.name, stores.location_id) as store,
    stores.orders,
    stores.days_with_sales,
    {{ ratio('stores.orders', 'stores.days_with_sales') }} as orders_per_day,
    {{ ratio('stores.orders', 'stores.hours_with_sales') }} as orders_per_hour,
    stores.busiest_day,
    stores.orders_on_busiest_day
from stores
left join locations on stores.location_id = locations.location_id
order by stores.pos, store, stores.location_id
