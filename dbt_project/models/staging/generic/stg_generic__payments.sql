-- Payments from lists of their own, and those inside the newest version of their orders.
with

payments as (
    select * from {{ source('raw_generic', 'payments') }}
    {{ of_changed_records('generic', "'payment:' || payment_id") }}
),

order_payments as (
    select * from {{ source('raw_generic', 'order_payments') }}
    {{ of_changed_records('generic', generic_record()) }}
),

orders as (
    select * from {{ ref('base_generic__orders') }}
),

locations as (
    select * from {{ ref('stg_generic__locations') }}
)

select
    payments.connection_id,
    payments.payment_id as native_id,
    {{ unified_key('payments.connection_id', 'payments.payment_id') }} as payment_id,
    {{ unified_key('payments.connection_id', 'payments.order_id') }} as order_id,
    {{ unified_key('payments.connection_id', "'payment:' || payments.payment_id") }} as record_id,
    {{ unified_key('payments.connection_id', 'payments.location_id') }} as location_id,
    payments.method,
    {{ generic_money('payments.amount', 'coalesce(payments.currency, locations.currency)', 'payments.amounts_in') }}
        as amount,
    {{ generic_money(
        'coalesce(payments.tip, 0)', 'coalesce(payments.currency, locations.currency)', 'payments.amounts_in'
    ) }} as tip,
    coalesce(payments.currency, locations.currency) as currency,
    payments.status,
    payments.paid_at,
    payments.loaded_at
from payments
left join locations
    on
        payments.connection_id = locations.connection_id
        and payments.location_id = locations.native_id

union all

select
    order_payments.connection_id,
    {{ native_id(['orders.native_id', 'order_payments.payment_id']) }} as native_id,
    {{ unified_key('order_payments.connection_id', ['orders.native_id', 'order_payments.payment_id']) }}
        as payment_id,
    {{ unified_key('order_payments.connection_id', 'orders.native_id') }} as order_id,
    {{ unified_key('order_payments.connection_id', 'orders.native_id') }} as record_id,
    orders.location_id,
    order_payments.method,
    {{ generic_money('order_payments.amount', 'orders.currency', 'orders.amounts_in') }} as amount,
    {{ generic_money('coalesce(order_payments.tip, 0)', 'orders.currency', 'orders.amounts_in') }} as tip,
    orders.currency,
    order_payments.status,
    coalesce(order_payments.paid_at, orders.sold_at) as paid_at,
    order_payments.loaded_at
from order_payments
inner join orders
    on
        order_payments.connection_id = orders.connection_id
        and order_payments.record_kind = orders.record_kind
        and order_payments.order_id = orders.native_order_id
        and order_payments.order_version = orders.version
