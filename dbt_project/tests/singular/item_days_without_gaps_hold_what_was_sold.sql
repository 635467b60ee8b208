-- Every day of an item holds what it brought on that day, under the name that it has in all systems. A store of several
-- currencies has its units, and no money.
{{ config(meta={'dagster': {'ref': {'name': 'item_daily_sales'}}}) }}

{% set money = ['gross_sales', 'discounts', 'returns', 'net_sales'] %}
with

item_days as (
    select * from {{ ref('item_daily_revenue') }}
    where item_key is not null and business_date < {{ as_of_date() }}
),

dense as (
    select
        *,
        units_sold as units
    from {{ ref('item_daily_sales') }}
),

currencies as (
    select
        location_key,
        count(distinct currency) as currencies
    from item_days
    group by location_key
),

brought as (
    select
        item_days.location_key,
        item_days.item_key,
        item_days.business_date,
        {% for measure in money %}
            case when currencies.currencies = 1 then item_days.{{ measure }} end as {{ measure }},
        {% endfor %}
        case when currencies.currencies = 1 then item_days.currency end as currency,
        item_days.units,
        item_days.units_returned
    from item_days
    inner join currencies
        on item_days.location_key = currencies.location_key
    where item_days.business_date >= {{ first_item_day() }}
),

differences as (
    {{ sums_that_differ(
        'dense', 'brought', ['units', 'units_returned'] + money, keys=['location_key', 'item_key', 'currency'],
    ) }}
)

select * from differences
