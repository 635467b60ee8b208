select
    connection_id,
    id as native_id,
    {{ unified_key('connection_id', 'id') }} as location_id,
    name,
    coalesce(time_zone, 'UTC') as timezone,
    currency,
    coalesce(business_day_cutoff_minutes, 0) as business_day_cutoff_minutes,
    deleted_at is null as is_active,
    loaded_at
from {{ source('raw_lightspeed_x', 'outlets') }}
