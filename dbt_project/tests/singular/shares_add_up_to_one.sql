-- The shares of a whole add up to 1; where the whole is not positive there are none.
{{ config(meta={'dagster': {'ref': {'name': 'payment_mix'}}}) }}

{% set wholes = [
    ('payment_mix', 'share_of_day', ['location_id', 'currency', 'business_date'], is_of_changed_day()),
    ('channel_mix', 'share_of_day', ['location_id', 'currency', 'business_date'], 'true'),
    ('hourly_sales', 'share_of_net_sales', ['location_id', 'currency'], 'true'),
    ('item_velocity', 'net_sales_share_90d', ['location_key'], 'net_sales_90d > 0'),
    ('menu_performance', 'popularity_share', ['location_key', 'currency', 'window_days'], 'units > 0'),
] %}
{% for mart, share, whole, condition in wholes -%}
    select
        '{{ mart }}' as mart,
        {{ whole[0] }} as store,
        sum({{ share }}) as sum_of_shares
    from {{ ref(mart) }}
    where {{ condition }}
    group by {{ whole | join(', ') }}
    having abs(sum({{ share }}) - 1) > 0.000001
    {% if not loop.last %}union all{% endif %}
{% endfor %}
