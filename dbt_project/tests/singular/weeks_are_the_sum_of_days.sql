-- No day is lost or counted twice on the way to a week.
{{ config(meta={'dagster': {'ref': {'name': 'weekly_revenue'}}}) }}

{{ sums_that_differ(
    ref('weekly_revenue'), ref('daily_revenue'), revenue_measures() + ['net_sales', 'total_collected'],
    date_of_mart='week_start', date_of_base="cast(date_trunc('week', business_date) as date)",
) }}
