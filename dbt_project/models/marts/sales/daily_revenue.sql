-- Every day of a store from its first sale or return on, days without a sale included.
with

revenue_by_hour as (
    select * from {{ ref('revenue_by_hour') }}
),

{% set measures = revenue_measures() %}
daily as (
    select
        {% for measure in measures %}
            {{ to_decimal('sum(' ~ measure ~ ')') }} as {{ measure }},
        {% endfor %}
        connection_id,
        pos,
        location_id,
        location_key,
        currency,
        business_date
    from revenue_by_hour
    group by connection_id, pos, location_id, location_key, currency, business_date
),

stores as (
    select
        connection_id,
        pos,
        location_id,
        location_key,
        currency,
        min(business_date) as first_day,
        -- at least the day before the order list's
        greatest(max(business_date), {{ add_days(as_of_date(), -1) }}) as last_day
    from daily
    group by connection_id, pos, location_id, location_key, currency
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
        stores.location_key,
        stores.currency,
        calendar.date_day as business_date
    from stores
    inner join calendar
        on calendar.date_day between stores.first_day and stores.last_day
    left join daily
        on
            stores.location_id = daily.location_id
            and stores.currency = daily.currency
            and calendar.date_day = daily.business_date
),

netted as (
    select
        *,
        {{ net_sales() }} as net_sales
    from dense
),

collected as (
    select
        *,
        {{ total_collected() }} as total_collected,
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
