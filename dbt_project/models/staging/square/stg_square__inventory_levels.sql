-- Square keeps a unit in one state at a time: what is reserved is no longer IN_STOCK, though it still lies on the
-- shelf. On hand is both; available is what can be sold.
with

counts as (
    select * from {{ source('raw_square', 'inventory_counts') }}
    {{ of_new_observations('square', 'inventory_counts', 'observed_on') }}
)

select
    connection_id,
    {{ native_id(['location_id', 'catalog_object_id', 'observed_on']) }} as native_id,
    {{ unified_key('connection_id', 'location_id') }} as location_id,
    {{ unified_key('connection_id', 'catalog_object_id') }} as item_id,
    sum(case when state in ('IN_STOCK', 'RESERVED_FOR_SALE') then quantity else 0 end) as on_hand,
    sum(case when state = 'IN_STOCK' then quantity else 0 end) as available,
    sum(case when state = 'RESERVED_FOR_SALE' then quantity else 0 end) as committed,
    sum(
        case when state in ('ORDERED_FROM_VENDOR', 'IN_TRANSIT', 'IN_TRANSIT_TO') then quantity else 0 end
    ) as incoming,
    cast(observed_on as date) as observed_on,
    max(observed_at) as observed_at,
    max(loaded_at) as loaded_at
from counts
group by connection_id, location_id, catalog_object_id, observed_on
