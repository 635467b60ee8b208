select
    connection_id,
    id as native_id,
    order_id as return_id,
    order_id as record_id,
    previous_order_id as order_id,
    location_id,
    currency,
    closed_at as refunded_at,
    business_date,
    {{ minor_units('net_units', 'currency') }} as goods,
    {{ minor_units('tax_units', 'currency') }} as tax,
    {{ minor_units('tip_units', 'currency') }} as tips,
    {{ minor_units('charge_units', 'currency') }} as service_charges,
    {{ minor_units('gift_card_units', 'currency') }} as gift_cards,
    {{ minor_units('rounding_units', 'currency') }} as rounding,
    -- a refund that names nothing gives back an amount
    {{ minor_units(
        'case when line_count = 0 and gift_card_units = 0 then paid_units - tip_units - rounding_units else 0 end',
        'currency'
    ) }} as unitemized_amount,
    cast(null as text) as channel,
    loaded_at
from {{ ref('base_lightspeed_k__amounts') }}
where is_refund
