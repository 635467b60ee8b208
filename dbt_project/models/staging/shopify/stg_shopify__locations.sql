-- Shopify's locations, with the shop's time zone and currency, and one for what is sold online where something is.
with

locations as (
    select * from {{ source('raw_shopify', 'locations') }}
),

shop as (
    select * from {{ source('raw_shopify', 'shop') }}
),

places_of_orders as (
    select distinct
        connection_id,
        location_id
    from {{ source('raw_shopify', 'orders') }}
),

mentioned as (
    select
        connection_id,
        {{ shopify_place('location_id') }} as native_location_id
    from places_of_orders
),

places as (
    select
        connection_id,
        {{ shopify_number('id') }} as native_id,
        name,
        coalesce(is_active, true) as is_active,
        loaded_at
    from locations
),

-- a location may be gone from the list that sold things before
all_places as (
    select * from places
    union all
    select
        mentioned.connection_id,
        mentioned.native_location_id as native_id,
        case when mentioned.native_location_id = 'online' then shop.name end as name,
        mentioned.native_location_id = 'online' as is_active,
        shop.loaded_at
    from mentioned
    inner join shop
        on mentioned.connection_id = shop.connection_id
    left join places
        on
            mentioned.connection_id = places.connection_id
            and mentioned.native_location_id = places.native_id
    where places.native_id is null
)

select
    all_places.connection_id,
    all_places.native_id,
    {{ unified_key('all_places.connection_id', 'all_places.native_id') }} as location_id,
    all_places.name,
    coalesce(shop.timezone, 'UTC') as timezone,
    shop.currency,
    coalesce(shop.business_day_cutoff_minutes, 0) as business_day_cutoff_minutes,
    all_places.is_active,
    all_places.loaded_at
from all_places
inner join shop
    on all_places.connection_id = shop.connection_id
