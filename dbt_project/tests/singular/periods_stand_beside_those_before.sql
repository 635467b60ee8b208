-- What a week or a month is compared with is what the table says of the one before, and of the same one a year before.
{{ config(meta={'dagster': {'ref': {'name': 'monthly_revenue'}}}) }}

{% set comparisons = [
    ('weekly_revenue', 'week_start', 'net_sales_previous_week', "interval '7 days'"),
    ('weekly_revenue', 'week_start', 'net_sales_same_week_last_year', "interval '364 days'"),
    ('monthly_revenue', 'month_start', 'net_sales_previous_month', "interval '1 month'"),
    ('monthly_revenue', 'month_start', 'net_sales_same_month_last_year', "interval '12 months'"),
] %}
{% for mart, start, comparison, distance in comparisons -%}
    select
        '{{ comparison }}' as comparison,
        periods.location_id,
        periods.currency,
        periods.{{ start }} as period_start,
        periods.{{ comparison }} as compared_with,
        earlier.net_sales
    from {{ ref(mart) }} as periods
    left join {{ ref(mart) }} as earlier
        on
            periods.location_id = earlier.location_id
            and periods.currency = earlier.currency
            and cast(periods.{{ start }} - {{ distance }} as date) = earlier.{{ start }}
    where periods.{{ comparison }} is distinct from earlier.net_sales
    {% if not loop.last %}union all{% endif %}
{% endfor %}
