-- Every order of a known buyer before the day of the order list is in the row of that buyer.
{{ config(meta={'dagster': {'ref': {'name': 'customer_summary'}}}) }}

with

customers as (
    select * from {{ ref('customer_summary') }}
),

bought as (
    select
        connection_id,
        customer_key,
        currency,
        1 as orders,
        gross_sales - discounts as net_sales
    from {{ ref('orders') }}
    where counts_as_sale and customer_key is not null and business_date < {{ as_of_date() }}
),

differences as (
    {{ sums_that_differ(
        'customers', 'bought', ['orders', 'net_sales'], date_of_mart=none,
        keys=['connection_id', 'customer_key', 'currency'],
    ) }}
)

select * from differences
