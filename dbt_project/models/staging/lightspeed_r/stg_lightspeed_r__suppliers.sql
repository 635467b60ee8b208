select
    connection_id,
    id as native_id,
    {{ unified_key('connection_id', 'id') }} as supplier_id,
    name,
    coalesce(archived, 'false') = 'false' as is_active,
    loaded_at
from {{ source('raw_lightspeed_r', 'vendors') }}
