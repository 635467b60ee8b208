select
    connection_id,
    id as native_id,
    order_id as return_id,
    order_id as record_id,
    returned_order_id as order_id,
    location_id,
    currency,
    recognised_at as refunded_at,
    business_date,
    {{ minor_units('returned_goods_units', 'currency') }} as goods,
    {{ minor_units('returned_tax_units', 'currency') }} as tax,
    {{ minor_units('returned_tip_units', 'currency') }} as tips,
    {{ minor_units('returned_charge_units', 'currency') }} as service_charges,
    {{ minor_units('returned_gift_card_units', 'currency') }} as gift_cards,
    0 as rounding,
    0 as unitemized_amount,
    channel,
    loaded_at
from {{ ref('base_lightspeed_x__amounts') }}
where is_sold and takes_back
