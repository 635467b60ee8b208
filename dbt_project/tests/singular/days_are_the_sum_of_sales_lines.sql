-- No line is lost or counted twice on the way to a day's revenue; net sales may hold charges, which are in no line.
{{ config(meta={'dagster': {'ref': {'name': 'daily_revenue'}}}) }}

{% set charges = 'service_charges - refunded_service_charges' if var('service_charges_in_net_sales') else '0' %}
with

lines as (
    select
        location_id,
        currency,
        business_date,
        gross_sales,
        discounts,
        returns,
        net_sales as net_sales_of_goods,
        case when line_type = 'sale' then quantity else 0 end as units,
        case when line_type = 'return' then -quantity else 0 end as units_returned
    from {{ ref('fct_sales_lines') }}
    where {{ is_of_changed_day() }}
),

days as (
    select
        *,
        net_sales - ({{ charges }}) as net_sales_of_goods
    from {{ ref('daily_revenue') }}
    where {{ is_of_changed_day() }}
),

differences as (
    {{ sums_that_differ(
        'days', 'lines', ['gross_sales', 'discounts', 'returns', 'net_sales_of_goods', 'units', 'units_returned'],
    ) }}
)

select * from differences
