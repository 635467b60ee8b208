with daily_sales as (
    select * from {{ ref('item_daily_sales') }}
    where {{ days_between('business_date', as_of_date()) }} <= 90
),

positions as (
    select * from {{ ref('inventory_position') }}
),

item_attributes as (
    select * from {{ ref('item_attributes') }}
),

sold as (
    select
        location_key,
        item_key,
        case
            when sum(units_sold - units_returned) > 0
                then {{ ratio('sum(net_sales)', 'sum(units_sold - units_returned)') }}
        end as net_price
    from daily_sales
    group by location_key, item_key
),

priced as (
    select
        positions.location_key,
        positions.item_key,
        {{ to_decimal('coalesce(sold.net_price, item_attributes.unit_price)') }} as unit_price,
        positions.unit_cost
    from positions
    inner join item_attributes on positions.item_key = item_attributes.item_key
    left join sold
        on
            positions.location_key = sold.location_key
            and positions.item_key = sold.item_key
)

-- A price of nothing is no price: the item is a part of another, or was only given away.
select
    location_key,
    item_key,
    case when unit_price > 0 then unit_price end as unit_price,
    unit_cost
from priced
