-- Net sales are what their definition says, at each grain that shows all parts of it.
{{ config(meta={'dagster': {'ref': {'name': 'daily_revenue'}}}) }}

{% for mart in ['daily_revenue', 'weekly_revenue', 'monthly_revenue'] -%}
    select
        location_id,
        currency,
        net_sales
    from {{ ref(mart) }}
    where net_sales <> {{ net_sales() }} or total_collected <> {{ total_collected() }}
    {% if not loop.last %}union all{% endif %}
{% endfor %}
