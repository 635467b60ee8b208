{{ replaces_changed_days() }}

with

changed_days as (
    {{ changed_days() }}
),

payments as (
    select * from {{ ref('payments') }}
    where status = 'completed'
),

orders as (
    select * from {{ ref('orders') }}
),

locations as (
    select * from {{ ref('locations') }}
),

-- What an order that is no sale received is no revenue; a payment of an order that is not there may be.
uncounted_orders as (
    select orders.order_id
    from orders
    inner join changed_days
        on
            orders.location_id = changed_days.location_id
            and orders.business_date = changed_days.business_date
    where not orders.counts_as_sale
),

received as (
    select
        payments.*,
        changed_days.day_version
    from payments
    inner join changed_days
        on
            payments.location_id = changed_days.location_id
            and payments.business_date = changed_days.business_date
    left join uncounted_orders
        on payments.order_id = uncounted_orders.order_id
    where uncounted_orders.order_id is null
),

methods as (
    select
        connection_id,
        pos,
        location_id,
        currency,
        business_date,
        method,
        day_version,
        count(*) as payments,
        {{ to_decimal('sum(amount)') }} as amount,
        {{ to_decimal('sum(tip)') }} as tip,
        {{ to_decimal('sum(amount + tip)') }} as total
    from received
    group by connection_id, pos, location_id, currency, business_date, method, day_version
),

days as (
    select
        *,
        sum(total) over (partition by location_id, currency, business_date) as total_of_day
    from methods
)

select
    days.connection_id,
    days.pos,
    days.location_id,
    coalesce(locations.location_key, days.location_id) as location_key,
    days.currency,
    days.business_date,
    days.method,
    days.payments,
    days.amount,
    days.tip,
    days.total,
    {{ share('days.total', 'days.total_of_day') }} as share_of_day,
    days.day_version
from days
left join locations
    on days.location_id = locations.location_id
