select
    connection_id,
    location_number as native_id,
    location_id,
    name,
    timezone,
    currency,
    business_day_cutoff_minutes,
    true as is_active,
    loaded_at
from {{ ref('base_lightspeed_k__locations') }}
