-- Whoever bought: the orders of a store's month are those of its days, and so is what they brought before returns.
{{ config(meta={'dagster': {'ref': {'name': 'customer_activity'}}}) }}

with

months as (
    select
        location_id,
        currency,
        month_start,
        orders,
        net_sales_new + net_sales_returning + net_sales_anonymous as net_sales
    from {{ ref('customer_activity') }}
),

days as (
    select
        location_id,
        currency,
        cast(date_trunc('month', business_date) as date) as month_start,
        sum(orders) as orders,
        sum(gross_sales - discounts) as net_sales
    from {{ ref('daily_revenue') }}
    group by location_id, currency, cast(date_trunc('month', business_date) as date)
),

differences as (
    {{ sums_that_differ(
        'months', 'days', ['orders', 'net_sales'], date_of_mart='month_start', date_of_base='month_start',
    ) }}
)

select * from differences
