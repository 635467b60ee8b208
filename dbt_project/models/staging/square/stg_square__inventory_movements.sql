-- An adjustment moves units between two states. It moves stock only when one of the two is on the shelf; between
-- two stores it leaves one and enters the other.
with

adjustments as (
    select
        *,
        from_state in ('IN_STOCK', 'RESERVED_FOR_SALE') as leaves_stock,
        to_state in ('IN_STOCK', 'RESERVED_FOR_SALE') as enters_stock,
        coalesce(from_location_id, location_id) as leaves_location_id,
        coalesce(to_location_id, location_id) as enters_location_id
    from {{ source('raw_square', 'inventory_adjustments') }}
),

counts as (
    select * from {{ source('raw_square', 'inventory_physical_counts') }}
),

leaving as (
    select
        connection_id,
        id || ':out' as native_id,
        leaves_location_id as location_id,
        catalog_object_id,
        case
            when to_state in ('SOLD', 'SOLD_ONLINE') then 'sale'
            when to_state in ('WASTE', 'NONE') then 'waste'
            else 'transfer'
        end as kind,
        -quantity as quantity,
        coalesce(occurred_at, created_at) as occurred_at,
        order_id,
        loaded_at
    from adjustments
    where leaves_stock and (not coalesce(enters_stock, false) or leaves_location_id <> enters_location_id)
),

entering as (
    select
        connection_id,
        id || ':in' as native_id,
        enters_location_id as location_id,
        catalog_object_id,
        case
            when from_state in ('SOLD', 'SOLD_ONLINE', 'RETURNED_BY_CUSTOMER', 'UNLINKED_RETURN') then 'return'
            when from_state in ('NONE', 'RECEIVED_FROM_VENDOR', 'ORDERED_FROM_VENDOR') then 'receipt'
            when from_state = 'WASTE' then 'waste'
            else 'transfer'
        end as kind,
        quantity,
        coalesce(occurred_at, created_at) as occurred_at,
        order_id,
        loaded_at
    from adjustments
    where enters_stock and (not coalesce(leaves_stock, false) or leaves_location_id <> enters_location_id)
),

counted as (
    select
        connection_id,
        id as native_id,
        location_id,
        catalog_object_id,
        'count' as kind,
        quantity,
        coalesce(occurred_at, created_at) as occurred_at,
        cast(null as text) as order_id,
        loaded_at
    from counts
    where coalesce(state, 'IN_STOCK') = 'IN_STOCK'
),

movements as (
    select * from leaving
    union all
    select * from entering
    union all
    select * from counted
)

select
    connection_id,
    native_id,
    {{ unified_key('connection_id', 'native_id') }} as movement_id,
    {{ unified_key('connection_id', 'location_id') }} as location_id,
    {{ unified_key('connection_id', 'catalog_object_id') }} as item_id,
    kind,
    quantity,
    occurred_at,
    {{ unified_key('connection_id', 'order_id') }} as order_id,
    loaded_at
from movements
