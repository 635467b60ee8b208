with

lines as (
    select * from {{ ref('base_lightspeed_x__lines') }}
),

sales as (
    select * from {{ ref('base_lightspeed_x__sales') }}
)

select
    lines.connection_id,
    {{ native_id(['lines.sale_id', 'lines.id']) }} as native_id,
    {{ unified_key('lines.connection_id', ['lines.sale_id', 'lines.id']) }} as return_line_id,
    lines.order_id as return_id,
    lines.order_id as record_id,
    sales.returned_order_id as order_id,
    -- X names the sale that goods come from, not the line
    cast(null as text) as order_line_id,
    sales.location_id,
    {{ unified_key('lines.connection_id', 'lines.product_id') }} as item_id,
    case when lines.is_gift_card then 'gift_card' when lines.product_id is null then 'custom' else 'item' end
        as line_kind,
    lines.currency,
    lines.quantity,
    {{ minor_units('lines.gross_units', 'lines.currency') }} as gross_amount,
    {{ minor_units('lines.discount_units', 'lines.currency') }} as discounts,
    {{ minor_units('lines.tax_units', 'lines.currency') }} as tax,
    sales.recognised_at as returned_at,
    sales.business_date,
    cast(null as boolean) as restocked,
    lines.loaded_at
from lines
inner join sales
    on lines.order_id = sales.order_id
where lines.is_given_back and not lines.is_voided and sales.is_sold
