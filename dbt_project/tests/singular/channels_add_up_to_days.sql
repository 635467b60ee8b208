-- Everything that a day sold came from a channel.
{{ config(meta={'dagster': {'ref': {'name': 'channel_mix'}}}) }}

{{ sums_that_differ(
    ref('channel_mix'), ref('daily_revenue'),
    ['orders', 'gross_sales', 'discounts', 'returns', 'net_sales', 'total_collected'],
) }}
