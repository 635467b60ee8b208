select
    connection_id,
    guid as native_id,
    {{ unified_key('connection_id', 'guid') }} as location_id,
    case
        when location_name is null or location_name = name then name
        else coalesce(name || ', ', '') || location_name
    end as name,
    coalesce(timezone, 'UTC') as timezone,
    currency,
    coalesce(closeout_hour, 0) * 60 as business_day_cutoff_minutes,
    coalesce(is_archived, false) = false as is_active,
    loaded_at
from {{ source('raw_toast', 'restaurants') }}
