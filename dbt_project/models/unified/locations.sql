with

locations as (
    {{ union_of_pos('locations') }}
),

location_map as (
    select * from {{ source('raw_settings', 'location_map') }}
)

select
    locations.*,
    coalesce(location_map.location_key, locations.location_id) as location_key
from locations
left join location_map
    on locations.location_id = location_map.location_id
