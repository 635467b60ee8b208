with daily_sales as (
    select * from {{ ref('item_daily_sales') }}
),

sales_lines as (
    select
        location_key,
        item_key,
        business_date,
        line_type,
        order_id,
        quantity,
        net_sales
    from {{ ref('fct_sales_lines') }}
    where
        item_key is not null
        and business_date < {{ as_of_date() }}
        and business_date >= {{ first_item_day() }}
),

given_back as (
    select
        location_key,
        item_key,
        business_date,
        -quantity as quantity,
        -net_sales as net_sales,
        coalesce(order_id, '') as named_sale,
        count(*) as lines
    from sales_lines
    where line_type = 'return'
    group by location_key, item_key, business_date, -quantity, -net_sales, coalesce(order_id, '')
),

-- A line given back whole on its own business day was a mistake, not demand. A return that names its sale can
-- only cancel a line of that sale; one that names none can cancel an equal line of that day.
sold_and_given_back as (
    select *
    from sales_lines
    where
        line_type = 'sale'
        and (location_key, item_key, business_date) in (
            select (given_back.location_key, given_back.item_key, given_back.business_date) from given_back
        )
),

cancellable_lines as (
    select
        location_key,
        item_key,
        business_date,
        quantity,
        net_sales,
        order_id as named_sale
    from sold_and_given_back
    union all
    select
        location_key,
        item_key,
        business_date,
        quantity,
        net_sales,
        '' as named_sale
    from sold_and_given_back
),

cancellable as (
    select
        location_key,
        item_key,
        business_date,
        quantity,
        net_sales,
        named_sale,
        count(*) as lines
    from cancellable_lines
    group by location_key, item_key, business_date, quantity, net_sales, named_sale
),

cancelled_days as (
    select
        cancellable.location_key,
        cancellable.item_key,
        cancellable.business_date,
        sum(least(cancellable.lines, given_back.lines) * cancellable.quantity) as units
    from cancellable
    inner join given_back
        on
            cancellable.location_key = given_back.location_key
            and cancellable.item_key = given_back.item_key
            and cancellable.business_date = given_back.business_date
            and cancellable.quantity = given_back.quantity
            and cancellable.net_sales = given_back.net_sales
            and cancellable.named_sale = given_back.named_sale
    group by cancellable.location_key, cancellable.item_key, cancellable.business_date
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
