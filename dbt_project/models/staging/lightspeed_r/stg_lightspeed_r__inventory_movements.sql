select
    logs.connection_id,
    logs.id as native_id,
    {{ unified_key('logs.connection_id', 'logs.id') }} as movement_id,
    {{ unified_key('logs.connection_id', 'logs.shop_id') }} as location_id,
    {{ unified_key('logs.connection_id', 'logs.item_id') }} as item_id,
    {{ lightspeed_r_movement_kind('logs') }} as kind,
    {{ to_decimal('logs.quantity_change') }} as quantity,
    logs.created_at as occurred_at,
    {{ unified_key('logs.connection_id', lightspeed_r_key('logs.sale_id')) }} as order_id,
    logs.loaded_at
from {{ source('raw_lightspeed_r', 'inventory_logs') }} as logs
