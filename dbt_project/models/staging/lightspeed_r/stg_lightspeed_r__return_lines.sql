select
    connection_id,
    id as native_id,
    {{ unified_key('connection_id', 'id') }} as return_line_id,
    order_id as return_id,
    order_id as record_id,
    sold_order_id as order_id,
    sold_line_id as order_line_id,
    location_id,
    {{ unified_key('connection_id', 'named_item_id') }} as item_id,
    line_kind,
    currency,
    {{ to_decimal('-quantity') }} as quantity,
    {{ to_decimal('-gross') }} as gross_amount,
    {{ to_decimal('-discounts') }} as discounts,
    {{ to_decimal('-tax') }} as tax,
    recognised_at as returned_at,
    business_date,
    cast(null as boolean) as restocked,
    loaded_at
from {{ ref('base_lightspeed_r__lines') }}
where is_sale and is_given_back and is_itemised and line_kind <> 'fee'
