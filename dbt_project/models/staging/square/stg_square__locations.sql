select
    connection_id,
    id as native_id,
    {{ unified_key('connection_id', 'id') }} as location_id,
    name,
    coalesce(timezone, 'UTC') as timezone,
    currency,
    coalesce(business_day_cutoff_minutes, 0) as business_day_cutoff_minutes,
    coalesce(status, 'ACTIVE') = 'ACTIVE' as is_active,
    loaded_at
from {{ source('raw_square', 'locations') }}
