with daily_sales as (
    select * from {{ ref('item_daily_sales') }}
),

sales_lines as (
    select *
    from {{ ref('fct_sales_lines') }}
    where item_key is not null and business_date < {{ as_of_date() }}
),

sale_lines as (
    select * from sales_lines
    where line_type = 'sale'
),

return_lines as (
    select * from sales_lines
    where line_type = 'return'
),

-- A line given back whole on its own business day was a mistake, not demand. A return that names its sale
-- can only cancel a line of that sale; one that does not can cancel an equal line of that day.
{%- for name, order_id, condition in [
    ('with_sale', 'order_id', 'is not null'),
    ('without_sale', 'cast(null as text)', 'is null'),
] %}
sales_{{ name }} as (
    select
        location_key,
        item_key,
        business_date,
        quantity,
        net_sales,
        {{ order_id }} as order_id,
        count(*) as lines
    from sale_lines
    group by location_key, item_key, business_date, quantity, net_sales, {{ order_id }}
),

returns_{{ name }} as (
    select
        location_key,
        item_key,
        business_date,
        -quantity as quantity,
        -net_sales as net_sales,
        {{ order_id }} as order_id,
        count(*) as lines
    from return_lines
    where order_id {{ condition }}
    group by location_key, item_key, business_date, -quantity, -net_sales, {{ order_id }}
),

cancelled_{{ name }} as (
    select
        sold.location_key,
        sold.item_key,
        sold.business_date,
        least(sold.lines, given_back.lines) * sold.quantity as units
    from sales_{{ name }} as sold
    inner join returns_{{ name }} as given_back
        on
            sold.location_key = given_back.location_key
            and sold.item_key = given_back.item_key
            and sold.business_date = given_back.business_date
            and sold.quantity = given_back.quantity
            and sold.net_sales = given_back.net_sales
            and coalesce(sold.order_id, '') = coalesce(given_back.order_id, '')
),
{% endfor %}
cancelled_lines as (
    select * from cancelled_with_sale
    union all
    select * from cancelled_without_sale
),

cancelled_days as (
    select
        location_key,
        item_key,
        business_date,
        sum(units) as units
    from cancelled_lines
    group by location_key, item_key, business_date
),

-- An item not yet launched says nothing about demand: its days begin with its first sale.
first_sales as (
    select
        location_key,
        item_key,
        min(business_date) as first_sold_on
    from daily_sales
    where units_sold > 0
    group by location_key, item_key
)

select
    daily_sales.location_key,
    daily_sales.item_key,
    daily_sales.business_date,
    cast({{ weekday('daily_sales.business_date') }} as integer) as weekday,
    cast({{ days_between('daily_sales.business_date', as_of_date()) }} as integer) as days_ago,
    {{ to_decimal('greatest(0, daily_sales.units_sold - coalesce(cancelled_days.units, 0))') }} as demand,
    case
        when not daily_sales.is_store_open then 'store_closed'
        when not coalesce(daily_sales.is_in_stock, true) then 'out_of_stock'
    end as unobservable_because,
    daily_sales.is_store_open and coalesce(daily_sales.is_in_stock, true) as is_observable
from daily_sales
inner join first_sales
    on
        daily_sales.location_key = first_sales.location_key
        and daily_sales.item_key = first_sales.item_key
        and daily_sales.business_date >= first_sales.first_sold_on
left join cancelled_days
    on
        daily_sales.location_key = cancelled_days.location_key
        and daily_sales.item_key = cancelled_days.item_key
        and daily_sales.business_date = cancelled_days.business_date
