-- Everything that a day sold is in a category.
{{ config(meta={'dagster': {'ref': {'name': 'revenue_by_category'}}}) }}

{{ sums_that_differ(
    ref('revenue_by_category'), ref('daily_revenue'), ['gross_sales', 'discounts', 'returns', 'units', 'units_returned'],
) }}
