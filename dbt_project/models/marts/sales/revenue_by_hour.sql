-- Every measure of revenue at the finest grain at which it is asked for: days, weeks, weekdays, dayparts and channels
-- are sums of these rows.
{{ replaces_changed_days() }}

with

changed_days as (
    {{ changed_days() }}
),

orders as (
    select * from {{ ref('orders') }}
    where counts_as_sale
),

refunds as (
    select * from {{ ref('refunds') }}
),

sales_lines as (
    select * from {{ ref('sales_lines') }}
),

locations as (
    select * from {{ ref('locations') }}
),

stores as (
    select
        changed_days.*,
        coalesce(locations.location_key, changed_days.location_id) as location_key,
        locations.timezone
    from changed_days
    left join locations
        on changed_days.location_id = locations.location_id
),

changed_orders as (
    select
        orders.*,
        stores.location_key,
        stores.day_version,
        {{ hour_of_day('coalesce(orders.closed_at, orders.ordered_at)', 'stores.timezone') }} as hour_of_day,
        orders.guests > 0 as has_guests
    from orders
    inner join stores
        on
            orders.location_id = stores.location_id
            and orders.business_date = stores.business_date
),

changed_refunds as (
    select
        refunds.*,
        stores.location_key,
        stores.day_version,
        {{ hour_of_day('refunds.refunded_at', 'stores.timezone') }} as hour_of_day,
        cast(null as text) as dining_option,
        cast(null as text) as revenue_center
    from refunds
    inner join stores
        on
            refunds.location_id = stores.location_id
            and refunds.business_date = stores.business_date
),

changed_lines as (
    select
        sales_lines.*,
        stores.location_key,
        stores.day_version
    from sales_lines
    inner join stores
        on
            sales_lines.location_id = stores.location_id
            and sales_lines.business_date = stores.business_date
),

{% set measures = revenue_measures() + ['guests', 'orders_with_guests', 'net_sales_with_guests'] %}
{% set dimensions = [
    'connection_id', 'pos', 'location_id', 'location_key', 'currency', 'business_date', 'hour_of_day', 'channel',
    'dining_option', 'revenue_center',
] %}
{% set movements = {
    'changed_lines': {
        'gross_sales': 'gross_sales',
        'discounts': 'discounts',
        'returns': 'returns',
        'units': "case when line_type = 'sale' then quantity else 0 end",
        'units_returned': "case when line_type = 'return' then -quantity else 0 end",
    },
    'changed_orders': {
        'tax': 'tax',
        'tips': 'tips',
        'service_charges': 'service_charges',
        'shipping': 'shipping',
        'gift_cards_sold': 'gift_cards_sold',
        'rounding': 'rounding',
        'orders': '1',
        'guests': 'case when has_guests then guests else 0 end',
        'orders_with_guests': 'case when has_guests then 1 else 0 end',
        'net_sales_with_guests': 'case when has_guests then net_sales_before_returns else 0 end',
    },
    'changed_refunds': {
        'unitemized_refunds': 'unitemized_amount',
        'refunded_tax': 'tax',
        'refunded_tips': 'tips',
        'refunded_service_charges': 'service_charges',
        'refunded_gift_cards': 'gift_cards',
        'rounding': '-rounding',
    },
} %}
movements as (
    {% for relation, terms in movements.items() %}
        select
            {% for measure in measures %}
                {{ to_decimal(terms.get(measure, '0')) }} as {{ measure }},
            {% endfor %}
            {% for dimension in dimensions %}
                {{ dimension }},
            {% endfor %}
            day_version
        from {{ relation }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
)

select
    {% for measure in measures %}
        {% set type = 'bigint' if measure in ('orders', 'guests', 'orders_with_guests') else decimal_type() %}
        cast(sum({{ measure }}) as {{ type }}) as {{ measure }},
    {% endfor %}
    {% for dimension in dimensions %}
        {{ dimension }},
    {% endfor %}
    day_version
from movements
group by {{ dimensions | join(', ') }}, day_version
