-- Which store brought how much?
-- Net sales, share of all stores of the same currency, orders and what was collected, one row a store and currency.
-- Bars: net_sales
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
        {{ to_decimal('sum(total_collected)') }} as total_collected,
        cast(sum(orders) as bigint) as orders
    from daily_revenue
    group by pos, location_id, currency
)

select
    stores.pos,
    coalesce(locations.name, stores.location_id) as store,
    stores.location_id,
    stores.currency,
    stores.net_sales,
    {{ share('stores.net_sales', 'sum(stores.net_sales) over (partition by stores.currency)') }} as net_sales_share,
    stores.orders,
    stores.total_collected
from stores
left join locations on stores.location_id = locations.location_id
order by stores.currency asc, stores.net_sales desc, stores.location_id asc
