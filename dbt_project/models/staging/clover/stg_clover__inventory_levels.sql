-- Clover counts what lies on the shelf; it knows no reservations and no deliveries.
select
    connection_id,
    {{ native_id(['item_id', 'observed_on']) }} as native_id,
    {{ unified_key('connection_id', 'merchant_id') }} as location_id,
    {{ unified_key('connection_id', 'item_id') }} as item_id,
    {{ to_decimal('quantity') }} as on_hand,
    {{ to_decimal('quantity') }} as available,
    cast(null as {{ decimal_type() }}) as committed,
    cast(null as {{ decimal_type() }}) as incoming,
    cast(observed_on as date) as observed_on,
    observed_at,
    loaded_at
from {{ source('raw_clover', 'item_stocks') }}
-- an item whose stock was never set
where quantity is not null
