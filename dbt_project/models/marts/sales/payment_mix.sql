-- Payments are nowhere summed up before: this reads every one of them, and the day and store of every order.
with

payments as (
    select
        order_id,
        location_id,
        connection_id,
        pos,
        currency,
        method,
        amount,
        tip,
        paid_at
    from {{ ref('payments') }}
    where status = 'completed'
),

orders as (
    select
        order_id,
        location_id,
        business_date,
        counts_as_sale
    from {{ ref('orders') }}
),

locations as (
    select * from {{ ref('locations') }}
),

-- What an order that is no sale received is no revenue; a payment of an order that is not there may be.
received as (
    select
        payments.*,
        coalesce(
            orders.location_id, payments.location_id, {{ unified_key('payments.connection_id', "'none'") }}
        ) as received_at,
        orders.business_date as order_date
    from payments
    left join orders
        on payments.order_id = orders.order_id
    where coalesce(orders.counts_as_sale, true)
),

placed as (
    select
        received.connection_id,
        received.pos,
        received.received_at as location_id,
        coalesce(locations.location_key, received.received_at) as location_key,
        received.currency,
        coalesce(
            received.order_date,
            {{ business_date('received.paid_at', 'locations.timezone', 'locations.business_day_cutoff_minutes') }}
        ) as business_date,
        received.method,
        received.amount,
        received.tip
    from received
    left join locations
        on received.received_at = locations.location_id
),

methods as (
    select
        connection_id,
        pos,
        location_id,
        location_key,
        currency,
        business_date,
        method,
        count(*) as payments,
        {{ to_decimal('sum(amount)') }} as amount,
        {{ to_decimal('sum(tip)') }} as tip,
        {{ to_decimal('sum(amount + tip)') }} as total
    from placed
    group by connection_id, pos, location_id, location_key, currency, business_date, method
),

days as (
    select
        *,
        sum(total) over (partition by location_id, currency, business_date) as total_of_day
    from methods
)

select
    connection_id,
    pos,
    location_id,
    location_key,
    currency,
    business_date,
    method,
    payments,
    amount,
    tip,
    total,
    {{ share('total', 'total_of_day') }} as share_of_day
from days
