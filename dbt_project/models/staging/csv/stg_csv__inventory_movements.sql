select
    connection_id,
    row_id as native_id,
    row_key as movement_id,
    location_id,
    item_id,
    'waste' as kind,
    -quantity as quantity,
    sold_at as occurred_at,
    cast(null as text) as order_id,
    loaded_at
from {{ ref('base_csv__rows') }}
where row_kind = 'write_off' and item_id is not null
