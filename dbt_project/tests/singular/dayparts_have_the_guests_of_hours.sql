-- Every guest is in a daypart.
{{ config(meta={'dagster': {'ref': {'name': 'daypart_sales'}}}) }}

{{ sums_that_differ(
    ref('daypart_sales'), ref('revenue_by_hour'), ['guests', 'orders_with_guests', 'net_sales_with_guests'],
) }}
