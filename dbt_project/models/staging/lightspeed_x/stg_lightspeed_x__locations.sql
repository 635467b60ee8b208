select
    connection_id,
    id as native_id,
    {{ unified_key('connection_id', 'id') }} as location_id,
    name,
    coalesce(timezone, 'UTC') as timezone,
    currency,
    coalesce(business_day_cutoff_minutes, 0) as business_day_cutoff_minutes,
    is_active,
    loaded_at
from {{ ref('base_lightspeed_x__outlets') }}
