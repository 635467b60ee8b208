-- Orders with what was paid for them. Clover tells no time of closing: an order is closed by its last payment.
-- A table, because every other model of an order reads it.
{{ config(materialized='table') }}

with

orders as (
    select * from {{ source('raw_clover', 'orders') }}
    {{ of_changed_records('clover', 'id') }}
),

all_payments as (
    select * from {{ source('raw_clover', 'payments') }}
    {{ of_changed_records('clover', 'order_id') }}
),

payments as (
    select * from all_payments
    where result = 'SUCCESS'
),

charges as (
    select
        connection_id,
        payment_id,
        payment_modified_ms,
        sum(amount) as amount
    from {{ source('raw_clover', 'payment_charges') }}
    where (connection_id, payment_id) in (select (payments.connection_id, payments.id) from payments)
    group by connection_id, payment_id, payment_modified_ms
),

properties as (
    select * from {{ source('raw_clover', 'properties') }}
),

gone as (
    {{ clover_gone_orders('orders') }}
),

paid as (
    select
        payments.connection_id,
        payments.order_id,
        sum(payments.amount) as amount,
        sum(coalesce(payments.tip_amount, 0)) as tips,
        sum(coalesce(payments.tax_amount, 0)) as tax,
        sum(coalesce(payments.service_charge_amount, 0) + coalesce(charges.amount, 0)) as charges,
        max(coalesce(payments.client_created_ms, payments.created_ms)) as last_ms
    from payments
    left join charges
        on
            payments.connection_id = charges.connection_id
            and payments.id = charges.payment_id
            and payments.modified_ms = charges.payment_modified_ms
    group by payments.connection_id, payments.order_id
),

joined as (
    select
        orders.connection_id,
        orders.id,
        orders.modified_ms,
        orders.loaded_at,
        orders.payment_state,
        orders.order_type_id,
        orders.unpaid_balance,
        orders.merchant_id,
        coalesce(orders.currency, properties.currency) as currency,
        coalesce(properties.set_timezone, properties.timezone) as timezone,
        coalesce(properties.set_cutoff_minutes, properties.summary_hour * 60) as cutoff_minutes,
        coalesce(orders.is_vat, false) as is_vat,
        coalesce(orders.tax_removed, false) as tax_removed,
        coalesce(orders.test_mode, false) as test_mode,
        coalesce(orders.client_created_ms, orders.created_ms) as ordered_ms,
        paid.last_ms as closed_ms,
        paid.order_id is not null as has_payment,
        coalesce(orders.total, 0) as total,
        coalesce(paid.amount, 0) as paid,
        coalesce(paid.tips, 0) as tips,
        coalesce(paid.tax, 0) as paid_tax,
        coalesce(paid.charges, 0) as charges,
        orders.deleted_ms is not null or gone.native_id is not null as is_deleted
    from orders
    left join paid
        on
            orders.connection_id = paid.connection_id
            and orders.id = paid.order_id
    left join properties
        on
            orders.connection_id = properties.connection_id
            and orders.merchant_id = properties.merchant_id
    left join gone
        on
            orders.connection_id = gone.connection_id
            and orders.id = gone.native_id
)

select
    *,
    {{ unified_key('connection_id', 'id') }} as order_id,
    {{ unified_key('connection_id', 'merchant_id') }} as location_id,
    {{ clover_time('ordered_ms') }} as ordered_at,
    {{ clover_time('closed_ms') }} as closed_at,
    {{ business_date(clover_time('coalesce(closed_ms, ordered_ms)'), 'timezone', 'cutoff_minutes') }} as business_date,
    (
        not is_deleted
        and not test_mode
        and (has_payment or payment_state in ('PAID', 'PARTIALLY_PAID', 'REFUNDED', 'PARTIALLY_REFUNDED'))
    ) as is_sale
from joined
