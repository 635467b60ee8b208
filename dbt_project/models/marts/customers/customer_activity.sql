-- Scans all orders, in few columns: no smaller table knows the buyer, and who is new follows from the whole history.
{% set buyers = ['new', 'returning', 'anonymous'] %}
with

orders as (
    select
        connection_id,
        location_id,
        currency,
        customer_key,
        business_date,
        net_sales_before_returns
    from {{ ref('orders') }}
    where counts_as_sale
),

locations as (
    select * from {{ ref('locations') }}
),

-- in any store of the account and any currency: a buyer is new once
first_days as (
    select
        connection_id,
        customer_key,
        min(business_date) as first_order_on
    from orders
    where customer_key is not null
    group by connection_id, customer_key
),

judged as (
    select
        orders.*,
        cast(date_trunc('month', orders.business_date) as date) as month_start,
        case
            when first_days.first_order_on is null then 'anonymous'
            when orders.business_date = first_days.first_order_on then 'new'
            else 'returning'
        end as buyer
    from orders
    left join first_days
        on
            orders.connection_id = first_days.connection_id
            and orders.customer_key = first_days.customer_key
),

customer_months as (
    select
        {% for buyer in buyers %}
            count(case when buyer = '{{ buyer }}' then 1 end) as orders_{{ buyer }},
            sum(case when buyer = '{{ buyer }}' then net_sales_before_returns else 0 end) as net_sales_{{ buyer }},
        {% endfor %}
        connection_id,
        location_id,
        currency,
        month_start,
        customer_key
    from judged
    group by connection_id, location_id, currency, month_start, customer_key
),

months as (
    select
        connection_id,
        location_id,
        currency,
        month_start,
        {% for buyer in buyers %}
            cast(sum(orders_{{ buyer }}) as bigint) as orders_{{ buyer }},
            {{ to_decimal('sum(net_sales_' ~ buyer ~ ')') }} as net_sales_{{ buyer }},
        {% endfor %}
        count(customer_key) as customers,
        count(case when orders_returning > 0 then 1 end) as customers_who_returned
    from customer_months
    group by connection_id, location_id, currency, month_start
)

select
    months.connection_id,
    months.location_id,
    coalesce(locations.location_key, months.location_id) as location_key,
    months.currency,
    months.month_start,
    months.orders_new + months.orders_returning + months.orders_anonymous as orders,
    months.orders_new as new_customer_orders,
    months.orders_returning as returning_customer_orders,
    months.orders_anonymous as anonymous_orders,
    months.net_sales_new,
    months.net_sales_returning,
    months.net_sales_anonymous,
    months.customers,
    {{ ratio('months.customers_who_returned', 'months.customers') }} as repeat_rate
from months
left join locations
    on months.location_id = locations.location_id
