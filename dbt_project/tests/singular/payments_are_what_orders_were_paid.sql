-- A day's payments are what its orders were paid: of an order that reconciles what its vendor states (its total less
-- what is unpaid and less what goods taken back in it paid for), of the others every completed payment, and every one
-- that belongs to no order on its own day. None is lost, and none counts twice.
{{ config(meta={'dagster': {'ref': {'name': 'payment_mix'}}}) }}

with

orders as (
    select
        orders.order_id,
        orders.location_id,
        orders.currency,
        orders.business_date,
        orders.counts_as_sale,
        orders.stated_paid,
        orders.counts_as_sale and orders.stated_paid is not null and differences.order_id is null as reconciles
    from {{ ref('orders') }} as orders
    left join {{ ref('reconciliation_differences') }} as differences
        on
            orders.order_id = differences.order_id
            and differences.rule = 'payments_against_total'
),

received as (
    select
        coalesce(
            orders.location_id, payments.location_id, {{ unified_key('payments.connection_id', "'none'") }}
        ) as location_id,
        payments.currency,
        orders.business_date,
        payments.paid_at,
        payments.amount,
        payments.tip,
        coalesce(orders.reconciles, false) as reconciles
    from {{ ref('payments') }} as payments
    left join orders
        on payments.order_id = orders.order_id
    where payments.status = 'completed' and coalesce(orders.counts_as_sale, true)
),

paid as (
    select
        received.location_id,
        received.currency,
        coalesce(
            received.business_date,
            {{ business_date('received.paid_at', 'locations.timezone', 'locations.business_day_cutoff_minutes') }}
        ) as business_date,
        1 as payments,
        received.amount,
        received.tip,
        case when received.reconciles then 0 else received.amount + received.tip end as total
    from received
    left join {{ ref('locations') }} as locations
        on received.location_id = locations.location_id
    union all
    select
        location_id,
        currency,
        business_date,
        0 as payments,
        0 as amount,
        0 as tip,
        stated_paid as total
    from orders
    where reconciles
),

differing as (
    {{ sums_that_differ(ref('payment_mix'), 'paid', ['payments', 'amount', 'tip', 'total']) }}
)

select * from differing
