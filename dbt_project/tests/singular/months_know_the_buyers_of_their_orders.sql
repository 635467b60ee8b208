-- A month's orders of known buyers are those that name one, the anonymous ones those that name none.
{{ config(meta={'dagster': {'ref': {'name': 'customer_activity'}}}) }}

with

months as (
    select
        location_id,
        currency,
        month_start,
        customers,
        anonymous_orders,
        net_sales_anonymous,
        new_customer_orders + returning_customer_orders as customer_orders,
        net_sales_new + net_sales_returning as net_sales_of_customers
    from {{ ref('customer_activity') }}
),

bought as (
    select
        location_id,
        currency,
        cast(date_trunc('month', business_date) as date) as month_start,
        count(distinct customer_key) as customers,
        count(case when customer_key is null then 1 end) as anonymous_orders,
        sum(case when customer_key is null then gross_sales - discounts end) as net_sales_anonymous,
        count(customer_key) as customer_orders,
        sum(case when customer_key is not null then gross_sales - discounts end) as net_sales_of_customers
    from {{ ref('orders') }}
    where counts_as_sale
    group by location_id, currency, cast(date_trunc('month', business_date) as date)
),

differences as (
    {{ sums_that_differ(
        'months', 'bought',
        ['customers', 'anonymous_orders', 'net_sales_anonymous', 'customer_orders', 'net_sales_of_customers'],
        date_of_mart='month_start', date_of_base='month_start',
    ) }}
)

select * from differences
