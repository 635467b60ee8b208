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
)

select
    coalesce(months.location_id, days.location_id) as location_id,
    coalesce(months.currency, days.currency) as currency,
    coalesce(months.month_start, days.month_start) as month_start,
    months.orders,
    days.orders as orders_of_days,
    months.net_sales,
    days.net_sales as net_sales_of_days
from months
full outer join days
    on
        months.location_id = days.location_id
        and months.currency = days.currency
        and months.month_start = days.month_start
where
    coalesce(months.orders, 0) <> coalesce(days.orders, 0)
    or coalesce(months.net_sales, 0) <> coalesce(days.net_sales, 0)
