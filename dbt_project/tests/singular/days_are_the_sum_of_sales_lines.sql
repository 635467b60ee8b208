-- No line is lost or counted twice on the way to a day's revenue.
{{ config(meta={'dagster': {'ref': {'name': 'daily_revenue'}}}) }}

with

lines as (
    select
        location_id,
        currency,
        business_date,
        gross_sales,
        discounts,
        returns,
        case when line_type = 'sale' then quantity else 0 end as units,
        case when line_type = 'return' then -quantity else 0 end as units_returned
    from {{ ref('sales_lines') }}
    where {{ is_of_changed_day() }}
),

days as (
    select * from {{ ref('daily_revenue') }}
    where {{ is_of_changed_day() }}
),

differences as (
    {{ sums_that_differ(
        'days', 'lines', ['gross_sales', 'discounts', 'returns', 'units', 'units_returned'],
    ) }}
)

select * from differences
