-- Lines that were ordered with another one; what they cost is already in that one's gross.
with

lines as (
    select * from {{ source('raw_lightspeed_k', 'sale_lines') }}
    {{ of_changed_records('lightspeed_k', 'sale_id') }}
),

sales as (
    select * from {{ ref('base_lightspeed_k__sales') }}
    where is_account
),

items as (
    select * from {{ ref('base_lightspeed_k__lines') }}
    where {{ is_of_changed_record() }}
)

select
    lines.connection_id,
    {{ native_id(['lines.sale_id', 'lines.id']) }} as native_id,
    sales.order_id as record_id,
    {{ unified_key('lines.connection_id', ['lines.sale_id', 'lines.id']) }} as order_line_modifier_id,
    {{ unified_key('lines.connection_id', ['lines.sale_id', 'lines.parent_line_id']) }} as order_line_id,
    lines.name,
    coalesce(lines.quantity, 1) as quantity,
    {{ minor_units(
        smallest_units(
            'coalesce(lines.net_amount_without_tax, 0) + coalesce(lines.discount_amount, 0)', 'sales.currency'
        ),
        'sales.currency'
    ) }} as amount,
    lines.loaded_at
from lines
inner join sales
    on
        lines.connection_id = sales.connection_id
        and lines.sale_id = sales.id
        and lines.sale_closed_at = sales.closed_at
-- the modifier of a modifier has no line of its own to stand on
inner join items
    on
        sales.order_id = items.order_id
        and lines.parent_line_id = items.id
