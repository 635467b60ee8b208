-- An average times what it is taken over is what was averaged, but for its rounding to four places; over nothing there
-- is none.
{{ config(meta={'dagster': {'ref': {'name': 'daily_revenue'}}}) }}

{% set averages = [
    ('daily_revenue', 'average_order_value', 'net_sales', 'orders'),
    ('daily_revenue', 'items_per_order', 'units', 'orders'),
    ('weekly_revenue', 'average_order_value', 'net_sales', 'orders'),
    ('weekly_revenue', 'items_per_order', 'units', 'orders'),
    ('monthly_revenue', 'average_order_value', 'net_sales', 'orders'),
    ('monthly_revenue', 'items_per_order', 'units', 'orders'),
    ('daypart_sales', 'net_sales_per_guest', 'net_sales_with_guests', 'guests'),
    ('customer_summary', 'average_spend', 'net_sales', 'orders'),
] %}
{% for mart, average, total, number in averages -%}
    select
        '{{ mart }}' as mart,
        '{{ average }}' as measure,
        {{ average }} as average,
        {{ total }} as total,
        {{ number }} as number
    from {{ ref(mart) }}
    where
        ({{ average }} is null) <> ({{ number }} = 0)
        or abs(cast({{ average }} as decimal(38, 4)) * {{ number }} - {{ total }}) > 0.00005 * {{ number }}
    {% if not loop.last %}union all{% endif %}
{% endfor %}
