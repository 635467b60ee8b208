-- Everything that a day sold is in a daypart.
{{ config(meta={'dagster': {'ref': {'name': 'daypart_sales'}}}) }}

{{ sums_that_differ(
    ref('daypart_sales'), ref('daily_revenue'), ['orders', 'gross_sales', 'discounts', 'returns', 'net_sales'],
) }}
