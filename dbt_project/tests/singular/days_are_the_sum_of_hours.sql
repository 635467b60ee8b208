-- No hour is lost or counted twice on the way to a day.
{{ config(meta={'dagster': {'ref': {'name': 'daily_revenue'}}}) }}

{{ sums_that_differ(ref('daily_revenue'), ref('revenue_by_hour'), revenue_measures()) }}
