-- What a store collected on a day is its orders' totals less what it gave back, measure by measure.
{{ config(meta={'dagster': {'ref': {'name': 'daily_revenue'}}}) }}

{% set of_orders = {
    'gross_sales': 'gross_sales', 'discounts': 'discounts', 'tax': 'tax', 'tips': 'tips',
    'service_charges': 'service_charges', 'shipping': 'shipping', 'gift_cards_sold': 'gift_cards_sold',
    'rounding': 'rounding', 'orders': '1', 'total_collected': 'total',
} %}
{% set of_refunds = {
    'returns': 'goods', 'unitemized_refunds': 'unitemized_amount', 'refunded_tax': 'tax', 'refunded_tips': 'tips',
    'refunded_service_charges': 'service_charges', 'refunded_gift_cards': 'gift_cards', 'rounding': '-rounding',
    'total_collected': '-total',
} %}
{% set measures = revenue_measures() | reject('in', ['units', 'units_returned']) | list + ['total_collected'] %}
with

collected as (
    select
        {% for measure in measures %}
            {{ of_orders.get(measure, '0') }} as {{ measure }},
        {% endfor %}
        location_id,
        currency,
        business_date
    from {{ ref('orders') }}
    where counts_as_sale and {{ is_of_changed_day() }}
    union all
    select
        {% for measure in measures %}
            {{ of_refunds.get(measure, '0') }} as {{ measure }},
        {% endfor %}
        location_id,
        currency,
        business_date
    from {{ ref('refunds') }}
    where {{ is_of_changed_day() }}
),

days as (
    select * from {{ ref('daily_revenue') }}
    where {{ is_of_changed_day() }}
),

differences as (
    {{ sums_that_differ('days', 'collected', measures) }}
)

select * from differences
