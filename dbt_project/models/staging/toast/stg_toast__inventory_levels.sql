-- The list names what is scarce or sold out. An item that once stood on it and does no longer is in stock again, and
-- how much there is of it is not known.
with

readings as (
    select * from {{ source('raw_toast', 'stock_readings') }}
),

stock as (
    select * from {{ source('raw_toast', 'stock') }}
),

listed_items as (
    select
        connection_id,
        restaurant_guid,
        guid,
        min(observed_at) as first_observed_at
    from stock
    group by connection_id, restaurant_guid, guid
),

levels as (
    select
        readings.connection_id,
        readings.restaurant_guid,
        listed_items.guid,
        readings.observed_on,
        readings.observed_at,
        readings.loaded_at,
        case
            when stock.status = 'OUT_OF_STOCK' then 0
            when stock.status = 'QUANTITY' then stock.quantity
        end as quantity
    from readings
    inner join listed_items
        on
            readings.connection_id = listed_items.connection_id
            and readings.restaurant_guid = listed_items.restaurant_guid
            and readings.observed_at >= listed_items.first_observed_at
    left join stock
        on
            readings.connection_id = stock.connection_id
            and readings.restaurant_guid = stock.restaurant_guid
            and listed_items.guid = stock.guid
            and readings.observed_at = stock.observed_at
)

select
    connection_id,
    {{ native_id(['restaurant_guid', 'guid', 'observed_on']) }} as native_id,
    {{ unified_key('connection_id', 'restaurant_guid') }} as location_id,
    {{ unified_key('connection_id', 'guid') }} as item_id,
    quantity as on_hand,
    quantity as available,
    cast(null as {{ decimal_type() }}) as committed,
    cast(null as {{ decimal_type() }}) as incoming,
    cast(observed_on as date) as observed_on,
    observed_at,
    loaded_at
from levels
