select
    connection_id,
    {{ native_id(['order_guid', 'refund_transaction_guid']) }} as native_id,
    return_id,
    order_id,
    location_id,
    currency,
    refunded_at,
    business_date,
    goods,
    tax,
    tips,
    service_charges,
    gift_cards,
    rounding,
    unitemized_amount,
    source as channel,
    loaded_at
from {{ ref('base_toast__refunds') }}
