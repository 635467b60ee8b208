-- Every day of a store from its first sale or return on, days without a sale included.
with

orders as (
    select * from {{ ref('orders') }}
    where counts_as_sale
),

refunds as (
    select * from {{ ref('refunds') }}
),

sales_lines as (
    select * from {{ ref('fct_sales_lines') }}
),

locations as (
    select * from {{ ref('locations') }}
),

{% set measures = [
    'gross_sales', 'discounts', 'returns', 'unitemized_refunds', 'tax', 'refunded_tax', 'tips', 'refunded_tips',
    'service_charges', 'refunded_service_charges', 'shipping', 'gift_cards_sold', 'refunded_gift_cards', 'rounding',
    'orders', 'units', 'units_returned',
] %}
{% set movements = {
    'sales_lines': {
        'gross_sales': 'gross_sales',
        'discounts': 'discounts',
        'returns': 'returns',
        'units': "case when line_type = 'sale' then quantity else 0 end",
        'units_returned': "case when line_type = 'return' then -quantity else 0 end",
    },
    'orders': {
        'tax': 'tax',
        'tips': 'tips',
        'service_charges': 'service_charges',
        'shipping': 'shipping',
        'gift_cards_sold': 'gift_cards_sold',
        'rounding': 'rounding',
        'orders': '1',
    },
    'refunds': {
        'unitemized_refunds': 'unitemized_amount',
        'refunded_tax': 'tax',
        'refunded_tips': 'tips',
        'refunded_service_charges': 'service_charges',
        'refunded_gift_cards': 'gift_cards',
        'rounding': '-rounding',
    },
} %}
{% set charges_as_sales =
    ' + service_charges - refunded_service_charges' if var('service_charges_in_net_sales') else ''
%}
movements as (
    {% for relation, terms in movements.items() %}
        select
            {% for measure in measures %}
                {{ to_decimal(terms.get(measure, '0')) }} as {{ measure }},
            {% endfor %}
            connection_id,
            pos,
            location_id,
            currency,
            business_date
        from {{ relation }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

daily as (
    select
        {% for measure in measures %}
            {{ to_decimal('sum(' ~ measure ~ ')') }} as {{ measure }},
        {% endfor %}
        connection_id,
        pos,
        location_id,
        currency,
        business_date
    from movements
    group by connection_id, pos, location_id, currency, business_date
),

stores as (
    select
        connection_id,
        pos,
        location_id,
        currency,
        min(business_date) as first_day,
        -- at least the day before the order list's
        greatest(max(business_date), {{ add_days(as_of_date(), -1) }}) as last_day
    from daily
    group by connection_id, pos, location_id, currency
),

calendar as (
    {{ date_spine('(select min(first_day) from stores)', '(select max(last_day) from stores)') }}
),

dense as (
    select
        {% for measure in measures %}
            coalesce(daily.{{ measure }}, 0) as {{ measure }},
        {% endfor %}
        stores.connection_id,
        stores.pos,
        stores.location_id,
        locations.location_key,
        stores.currency,
        calendar.date_day as business_date
    from stores
    inner join calendar
        on calendar.date_day between stores.first_day and stores.last_day
    left join locations
        on stores.location_id = locations.location_id
    left join daily
        on
            stores.location_id = daily.location_id
            and stores.currency = daily.currency
            and calendar.date_day = daily.business_date
),

netted as (
    select
        *,
        {{ to_decimal('gross_sales - discounts - returns' ~ charges_as_sales) }} as net_sales
    from dense
),

collected as (
    select
        *,
        {{ to_decimal(
            'gross_sales - discounts - returns + tax - refunded_tax + tips - refunded_tips'
            ~ ' + service_charges - refunded_service_charges + shipping + gift_cards_sold - refunded_gift_cards'
            ~ ' + rounding - unitemized_refunds'
        ) }} as total_collected,
        lag(net_sales, 1) over store_days as net_sales_previous_day,
        lag(net_sales, 7) over store_days as net_sales_same_weekday_last_week,
        sum(net_sales) over (
            partition by location_id, currency
            order by business_date
            rows between 6 preceding and current row
        ) as net_sales_of_7_days,
        -- the first six days have fewer before them
        count(*) over (
            partition by location_id, currency
            order by business_date
            rows between 6 preceding and current row
        ) as days_of_7
    from netted
    window store_days as (partition by location_id, currency order by business_date)
)

select
    connection_id,
    pos,
    location_id,
    location_key,
    currency,
    business_date,
    gross_sales,
    discounts,
    returns,
    net_sales,
    unitemized_refunds,
    tax,
    refunded_tax,
    tips,
    refunded_tips,
    service_charges,
    refunded_service_charges,
    shipping,
    gift_cards_sold,
    refunded_gift_cards,
    rounding,
    total_collected,
    cast(orders as bigint) as orders,
    units,
    units_returned,
    {{ divide('net_sales', 'orders') }} as average_order_value,
    {{ divide('units', 'orders') }} as items_per_order,
    net_sales_previous_day,
    net_sales_same_weekday_last_week,
    {{ divide(to_decimal('net_sales_of_7_days'), 'days_of_7') }} as net_sales_7_day_mean
from collected
