-- Scans all orders, in few columns: no smaller table knows the buyer, and who is new follows from the whole history.
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

customer_days as (
    select
        connection_id,
        location_id,
        currency,
        customer_key,
        business_date,
        count(*) as orders,
        sum(net_sales_before_returns) as net_sales
    from orders
    group by connection_id, location_id, currency, customer_key, business_date
),

-- in any store of the account and any currency: a buyer is new once
first_days as (
    select
        connection_id,
        customer_key,
        min(business_date) as first_order_on
    from customer_days
    where customer_key is not null
    group by connection_id, customer_key
),

judged as (
    select
        customer_days.*,
        cast(date_trunc('month', customer_days.business_date) as date) as month_start,
        case
            when first_days.first_order_on is null then 'anonymous'
            when customer_days.business_date = first_days.first_order_on then 'new'
            else 'returning'
        end as buyer
    from customer_days
    left join first_days
        on
            customer_days.connection_id = first_days.connection_id
            and customer_days.customer_key = first_days.customer_key
),

months as (
    select
        connection_id,
        location_id,
        currency,
        month_start,
        cast(sum(orders) as bigint) as orders,
        {% for buyer in ['new', 'returning', 'anonymous'] %}
            cast(sum(case when buyer = '{{ buyer }}' then orders else 0 end) as bigint) as orders_{{ buyer }},
            {{ to_decimal("sum(case when buyer = '" ~ buyer ~ "' then net_sales else 0 end)") }}
                as net_sales_{{ buyer }},
        {% endfor %}
        count(distinct customer_key) as customers,
        count(distinct case when buyer = 'returning' then customer_key end) as customers_who_returned
    from judged
    group by connection_id, location_id, currency, month_start
)

select
    months.connection_id,
    months.location_id,
    coalesce(locations.location_key, months.location_id) as location_key,
    months.currency,
    months.month_start,
    months.orders,
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
