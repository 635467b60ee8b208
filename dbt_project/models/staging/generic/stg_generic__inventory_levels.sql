select
    connection_id,
    {{ native_id(['location_id', 'item_id', 'observed_on']) }} as native_id,
    {{ unified_key('connection_id', 'location_id') }} as location_id,
    {{ unified_key('connection_id', 'item_id') }} as item_id,
    on_hand,
    available,
    committed,
    incoming,
    cast(observed_on as date) as observed_on,
    observed_at,
    loaded_at
from {{ source('raw_generic', 'inventory_levels') }}
