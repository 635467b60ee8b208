-- No line is lost or counted twice on the way to a day's revenue.
{{ config(meta={'dagster': {'ref': {'name': 'daily_revenue'}}}) }}

with

lines as (
    select
        location_id,
        currency,
        business_date,
        sum(gross_sales) as gross_sales,
        sum(discounts) as discounts,
        sum(returns) as returns
    from {{ ref('fct_sales_lines') }}
    group by location_id, currency, business_date
)

select
    days.location_id,
    days.currency,
    days.business_date
from {{ ref('daily_revenue') }} as days
full outer join lines
    on
        days.location_id = lines.location_id
        and days.currency = lines.currency
        and days.business_date = lines.business_date
where
    coalesce(days.gross_sales, 0) <> coalesce(lines.gross_sales, 0)
    or coalesce(days.discounts, 0) <> coalesce(lines.discounts, 0)
    or coalesce(days.returns, 0) <> coalesce(lines.returns, 0)
