-- Locations with the minute after midnight at which their business day begins: that of the settings, or else the one
-- that K told last.
with

locations as (
    select
        *,
        cast(id as text) as location_number
    from {{ source('raw_lightspeed_k', 'locations') }}
),

business_days as (
    select
        connection_id,
        location_id,
        next_start_of_day,
        row_number() over (partition by connection_id, location_id order by business_date desc) as place
    from {{ source('raw_lightspeed_k', 'business_days') }}
    where next_start_of_day is not null
),

starting as (
    select
        locations.*,
        {{ local_timestamp('business_days.next_start_of_day', 'locations.timezone') }} as day_starts_at
    from locations
    left join business_days
        on
            locations.connection_id = business_days.connection_id
            and locations.location_number = business_days.location_id
            and business_days.place = 1
)

select
    connection_id,
    location_number,
    {{ unified_key('connection_id', 'location_number') }} as location_id,
    name,
    coalesce(timezone, 'UTC') as timezone,
    currency,
    coalesce(
        nullif(business_day_cutoff_minutes, 0),
        cast(extract(hour from day_starts_at) * 60 + extract(minute from day_starts_at) as integer),
        0
    ) as business_day_cutoff_minutes,
    loaded_at
from starting
