-- Each line is in the day of its own item.
{{ config(meta={'dagster': {'ref': {'name': 'item_daily_totals'}}}) }}

with

lines as (
    select
        location_id,
        item_id,
        line_kind,
        currency,
        business_date,
        gross_sales,
        discounts,
        returns,
        net_sales,
        case when line_type = 'sale' then quantity else 0 end as units,
        case when line_type = 'return' then -quantity else 0 end as units_returned,
        case when line_type = 'sale' then 1 else 0 end as lines_sold,
        case when line_type = 'sale' and discounts <> 0 then 1 else 0 end as lines_discounted
    from {{ ref('sales_lines') }}
    where {{ is_of_changed_day() }}
),

item_days as (
    select * from {{ ref('item_daily_totals') }}
    where {{ is_of_changed_day() }}
),

differences as (
    {{ sums_that_differ(
        'item_days', 'lines',
        [
            'gross_sales', 'discounts', 'returns', 'net_sales', 'units', 'units_returned', 'lines_sold',
            'lines_discounted',
        ],
        keys=['location_id', 'item_id', 'line_kind', 'currency'],
    ) }}
)

select * from differences
