-- The payments of each order as it stands now.
with

payments as (
    select * from {{ source('raw_toast', 'payments') }}
    {{ of_changed_records('toast', 'order_guid') }}
),

orders as (
    select * from {{ ref('base_toast__orders') }}
)

select
    payments.connection_id,
    payments.order_guid,
    payments.guid,
    orders.order_id,
    orders.location_id,
    orders.currency,
    orders.is_live,
    payments.type,
    payments.card_entry_mode,
    {{ toast_payment_status('payments.type', 'payments.status', 'payments.voided_at') }} as status,
    {{ to_decimal('coalesce(payments.amount, 0)') }} as amount,
    {{ to_decimal('coalesce(payments.tip_amount, 0)') }} as tip,
    payments.paid_at,
    {{ to_decimal('coalesce(payments.refund_amount, 0)') }} as refund_amount,
    {{ to_decimal('coalesce(payments.refund_tip_amount, 0)') }} as refund_tip_amount,
    payments.refunded_at,
    {{ toast_date('payments.refund_business_date') }} as refund_business_date,
    coalesce(payments.refund_transaction_guid, payments.guid) as refund_transaction_guid,
    payments.loaded_at
from payments
inner join orders
    on
        payments.connection_id = orders.connection_id
        and payments.order_guid = orders.guid
        and payments.order_modified_at = orders.modified_at
