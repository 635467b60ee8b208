-- What a refund pays out is no payment: the refund tells it.
select
    connection_id,
    {{ native_id('id') }} as native_id,
    {{ unified_key('connection_id', 'id') }} as payment_id,
    order_id,
    order_id as record_id,
    location_id,
    case
        when code = 'CASH' then 'cash'
        when code = 'IKGIFT' then 'gift_card'
        when type = 'ACCOUNTS_RECEIVABLE' then 'account'
        else {{ csv_payment_method('description') }}
    end as method,
    {{ minor_units('net_units + surcharge_units', 'currency') }} as amount,
    {{ minor_units('tip_units', 'currency') }} as tip,
    currency,
    case when is_sold then 'completed' else 'canceled' end as status,
    paid_at,
    loaded_at
from {{ ref('base_lightspeed_k__payments') }}
where is_account and not is_gift_card_value
