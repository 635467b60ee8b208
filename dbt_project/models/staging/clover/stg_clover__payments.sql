with

payments as (
    select * from {{ source('raw_clover', 'payments') }}
    {{ of_changed_records('clover', ['order_id', "'payment:' || id"]) }}
),

orders as (
    select * from {{ ref('base_clover__orders') }}
),

tenders as (
    select * from {{ source('raw_clover', 'tenders') }}
),

properties as (
    select * from {{ source('raw_clover', 'properties') }}
),

joined as (
    select
        payments.*,
        coalesce(orders.currency, properties.currency) as currency,
        tenders.label_key,
        coalesce(orders.is_deleted, false) as is_of_deleted_order
    from payments
    left join orders
        on
            payments.connection_id = orders.connection_id
            and payments.order_id = orders.id
    left join tenders
        on
            payments.connection_id = tenders.connection_id
            and payments.tender_id = tenders.id
    left join properties
        on
            payments.connection_id = properties.connection_id
            and payments.merchant_id = properties.merchant_id
)

select
    connection_id,
    id as native_id,
    {{ unified_key('connection_id', 'id') }} as payment_id,
    {{ unified_key('connection_id', 'order_id') }} as order_id,
    {{ unified_key('connection_id', "coalesce(order_id, 'payment:' || id)") }} as record_id,
    {{ unified_key('connection_id', 'merchant_id') }} as location_id,
    case
        when label_key = 'com.clover.tender.cash' then 'cash'
        when
            label_key in (
                'com.clover.tender.credit_card', 'com.clover.tender.debit_card', 'com.clover.tender.external_pin_debit'
            )
            then 'card'
        when label_key like '%gift_card%' then 'gift_card'
        when label_key in ('com.clover.paypal', 'com.clover.venmo') then 'wallet'
        else 'other'
    end as method,
    {{ minor_units('coalesce(amount, 0)', 'currency') }} as amount,
    {{ minor_units('coalesce(tip_amount, 0)', 'currency') }} as tip,
    currency,
    case
        when is_of_deleted_order then 'canceled'
        when result = 'SUCCESS' then 'completed'
        when result in ('AUTH', 'AUTH_COMPLETED') then 'approved'
        when result in ('VOIDED', 'VOIDING') then 'canceled'
        when result in ('FAIL', 'VOID_FAILED') then 'failed'
        else 'pending'
    end as status,
    {{ clover_time('coalesce(client_created_ms, created_ms)') }} as paid_at,
    loaded_at
from joined
