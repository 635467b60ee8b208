with sales_lines as (
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
)

select
    cancellable.location_key,
    cancellable.item_key,
    cancellable.business_date,
    {{ to_decimal('sum(least(cancellable.lines, given_back.lines) * cancellable.quantity)') }} as units_cancelled
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
