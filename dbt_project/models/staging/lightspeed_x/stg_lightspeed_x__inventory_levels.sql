-- X counts what is on the shelf; what is reserved or under way it does not tell.
select
    connection_id,
    {{ native_id(['outlet_id', 'product_id', 'observed_on']) }} as native_id,
    {{ unified_key('connection_id', 'outlet_id') }} as location_id,
    {{ unified_key('connection_id', 'product_id') }} as item_id,
    inventory_level as on_hand,
    inventory_level as available,
    cast(null as decimal(18, 4)) as committed,
    cast(null as decimal(18, 4)) as incoming,
    cast(observed_on as date) as observed_on,
    observed_at,
    loaded_at
from {{ source('raw_lightspeed_x', 'inventory') }}
