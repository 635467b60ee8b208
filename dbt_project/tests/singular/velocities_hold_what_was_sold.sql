-- The units and net sales of an item's last days are what it brought on them.
{{ config(meta={'dagster': {'ref': {'name': 'item_velocity'}}}) }}

{% set windows = [7, 30, 90] %}
with

velocities as (
    select * from {{ ref('item_velocity') }}
),

item_days as (
    select
        *,
        {{ days_between('business_date', as_of_date()) }} as days_ago
    from {{ ref('item_daily_revenue') }}
    where
        item_key is not null
        and business_date >= {{ add_days(as_of_date(), -90) }}
        and business_date < {{ as_of_date() }}
),

brought as (
    select
        {% for days in windows %}
            case when item_days.days_ago <= {{ days }} then item_days.units end as units_{{ days }}d,
            case when item_days.days_ago <= {{ days }} and velocities.currency is not null then item_days.net_sales end
                as net_sales_{{ days }}d,
        {% endfor %}
        item_days.location_key,
        item_days.item_key,
        velocities.currency
    from item_days
    left join velocities
        on
            item_days.location_key = velocities.location_key
            and item_days.item_key = velocities.item_key
),

differences as (
    {{ sums_that_differ(
        'velocities', 'brought',
        ['units_7d', 'units_30d', 'units_90d', 'net_sales_7d', 'net_sales_30d', 'net_sales_90d'],
        date_of_mart=none, keys=['location_key', 'item_key', 'currency'],
    ) }}
)

select * from differences
