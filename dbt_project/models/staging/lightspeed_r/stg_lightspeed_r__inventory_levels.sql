select
    connection_id,
    {{ native_id(['shop_id', 'item_id', 'observed_on']) }} as native_id,
    {{ unified_key('connection_id', 'shop_id') }} as location_id,
    {{ unified_key('connection_id', 'item_id') }} as item_id,
    {{ to_decimal('on_hand') }} as on_hand,
    {{ to_decimal('sellable') }} as available,
    {{ to_decimal(
        'coalesce(on_layaway, 0) + coalesce(on_special_order, 0) + coalesce(on_work_order, 0)'
    ) }} as committed,
    {{ to_decimal('coalesce(backorder, 0) + coalesce(on_transfer_in, 0)') }} as incoming,
    cast(observed_on as date) as observed_on,
    observed_at,
    loaded_at
from {{ source('raw_lightspeed_r', 'item_shops') }}
-- shop 0 is the sum of all
where {{ lightspeed_r_key('shop_id') }} is not null
