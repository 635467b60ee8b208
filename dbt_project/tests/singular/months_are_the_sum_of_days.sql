-- No day is lost or counted twice on the way to a month.
{{ config(meta={'dagster': {'ref': {'name': 'monthly_revenue'}}}) }}

{{ sums_that_differ(
    ref('monthly_revenue'), ref('daily_revenue'), revenue_measures() + ['net_sales', 'total_collected'],
    date_of_mart='month_start', date_of_base="cast(date_trunc('month', business_date) as date)",
) }}
