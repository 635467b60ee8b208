select
    connection_id,
    {{ native_id('guid') }} as native_id,
    {{ unified_key('connection_id', 'order_guid') }} as record_id,
    {{ unified_key('connection_id', 'guid') }} as payment_id,
    order_id,
    location_id,
    case
        when type = 'CREDIT' and card_entry_mode in ('APPLE_PAY_CNP', 'GOOGLE_PAY_CNP') then 'wallet'
        when type = 'CREDIT' then 'card'
        when type = 'CASH' then 'cash'
        when type in ('GIFTCARD', 'TOAST_SV') then 'gift_card'
        when type = 'LEVELUP' then 'wallet'
        when type = 'HOUSE_ACCOUNT' then 'account'
        else 'other'
    end as method,
    amount,
    tip,
    currency,
    status,
    paid_at,
    loaded_at
from {{ ref('base_toast__payments') }}
