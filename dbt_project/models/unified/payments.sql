-- A payment counts in the store and on the trading day of its order; one without an order where and when it was made.
{{ replaces_changed_records() }}

with

payments as (
    {{ union_of_pos('payments') }}
),

orders as (
    select * from {{ ref('orders') }}
    where {{ is_of_changed_record() }}
),

locations as (
    select * from {{ ref('locations') }}
),

placed as (
    select
        payments.*,
        coalesce(
            orders.location_id, payments.location_id, {{ unified_key('payments.connection_id', "'none'") }}
        ) as counted_at,
        orders.business_date as order_date
    from payments
    left join orders
        on payments.order_id = orders.order_id
)

select
    {% for column in ['pos'] + entity_columns('payments').keys() | list %}
        {% if column == 'location_id' %}
            placed.counted_at as location_id,
        {% else %}
            placed.{{ column }},
        {% endif %}
    {% endfor %}
    coalesce(
        placed.order_date,
        {{ business_date(
            'coalesce(placed.paid_at, placed.loaded_at)', 'locations.timezone', 'locations.business_day_cutoff_minutes'
        ) }}
    ) as business_date,
    {{ build_time() }} as built_at
from placed
left join locations
    on placed.counted_at = locations.location_id
