select
    connection_id,
    id as native_id,
    {{ unified_key('connection_id', 'id') }} as location_id,
    name,
    coalesce(timezone, 'UTC') as timezone,
    currency,
    business_day_cutoff_minutes,
    coalesce(archived, 'false') = 'false' as is_active,
    loaded_at
from {{ source('raw_lightspeed_r', 'shops') }}
