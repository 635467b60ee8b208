-- A day's payments are what its orders were paid: of an order that reconciles what its vendor states (its total less
-- what is unpaid and less what goods taken back in it paid for), of the others every completed payment, and every one
-- that belongs to no order on its own day. None is lost, and none counts twice.
{{ config(meta={'dagster': {'ref': {'name': 'payment_mix'}}}) }}

with

orders as (
    select * from {{ ref('orders') }}
    where {{ is_of_changed_day() }}
),

differences as (
    select * from {{ ref('reconciliation_differences') }}
    where rule = 'payments_against_total'
),

payments as (
    select * from {{ ref('payments') }}
    where status = 'completed' and {{ is_of_changed_day() }}
),

mixed as (
    select * from {{ ref('payment_mix') }}
    where {{ is_of_changed_day() }}
),

judged_orders as (
    select
        orders.order_id,
        orders.location_id,
        orders.currency,
        orders.business_date,
        orders.counts_as_sale,
        orders.stated_paid,
        orders.counts_as_sale and orders.stated_paid is not null and differences.order_id is null as reconciles
    from orders
    left join differences
        on orders.order_id = differences.order_id
),

paid as (
    select
        payments.location_id,
        payments.currency,
        payments.business_date,
        1 as payments,
        payments.amount,
        payments.tip,
        case when judged_orders.reconciles then 0 else payments.amount + payments.tip end as total
    from payments
    left join judged_orders
        on payments.order_id = judged_orders.order_id
    where coalesce(judged_orders.counts_as_sale, true)
    union all
    select
        location_id,
        currency,
        business_date,
        0 as payments,
        0 as amount,
        0 as tip,
        stated_paid as total
    from judged_orders
    where reconciles
),

differing as (
    {{ sums_that_differ('mixed', 'paid', ['payments', 'amount', 'tip', 'total']) }}
)

select * from differing
