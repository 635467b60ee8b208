-- What an item of the menu sold, and on how many lines and orders, is what its orders hold, its returns apart.
{{ config(meta={'dagster': {'ref': {'name': 'menu_performance'}}}) }}

with

menu as (
    select * from {{ ref('menu_performance') }}
),

item_days as (
    select * from {{ ref('item_daily_revenue') }}
    where line_kind = 'item' and item_key is not null
),

lines as (
    select * from {{ ref('fct_sales_lines') }}
    where line_kind = 'item' and item_key is not null and line_type = 'sale'
),

windows as (
    select 28 as window_days
    union all
    select 90 as window_days
),

-- an item is in an order once, on however many lines
ordered as (
    select
        location_key,
        item_key,
        currency,
        business_date,
        order_id,
        sum(quantity) as units,
        count(*) as lines_sold,
        count(case when discounts <> 0 then 1 end) as lines_discounted
    from lines
    where business_date >= {{ add_days(as_of_date(), -90) }}
    group by location_key, item_key, currency, business_date, order_id
),

movements as (
    select
        location_key,
        item_key,
        currency,
        business_date,
        1 as orders,
        units,
        0 as units_returned,
        0 as net_sales,
        lines_sold,
        lines_discounted
    from ordered
    union all
    select
        location_key,
        item_key,
        currency,
        business_date,
        0 as orders,
        0 as units,
        units_returned,
        net_sales,
        0 as lines_sold,
        0 as lines_discounted
    from item_days
),

brought as (
    select
        movements.*,
        windows.window_days
    from movements
    inner join windows
        on
            movements.business_date >= {{ add_days(as_of_date(), '-windows.window_days') }}
            and movements.business_date < {{ as_of_date() }}
),

differences as (
    {{ sums_that_differ(
        'menu', 'brought', ['orders', 'units', 'units_returned', 'net_sales', 'lines_sold', 'lines_discounted'],
        date_of_mart=none, keys=['location_key', 'item_key', 'currency', 'window_days'],
    ) }}
)

select * from differences
