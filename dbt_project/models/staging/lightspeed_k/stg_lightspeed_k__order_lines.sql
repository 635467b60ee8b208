with

lines as (
    select * from {{ ref('base_lightspeed_k__lines') }}
    where {{ is_of_changed_record() }}
),

sales as (
    select * from {{ ref('base_lightspeed_k__sales') }}
),

gift_card_values as (
    select * from {{ ref('base_lightspeed_k__payments') }}
    where is_gift_card_value and is_account
)

select
    lines.connection_id,
    {{ native_id(['lines.sale_id', 'lines.id']) }} as native_id,
    {{ unified_key('lines.connection_id', ['lines.sale_id', 'lines.id']) }} as order_line_id,
    lines.order_id,
    lines.order_id as record_id,
    {{ unified_key('lines.connection_id', 'lines.sku') }} as item_id,
    case when lines.sku is null then 'custom' else 'item' end as line_kind,
    lines.quantity,
    {{ to_decimal(ratio(minor_units('lines.gross_units', 'lines.currency'), 'lines.quantity')) }} as unit_price,
    {{ minor_units('lines.gross_units', 'lines.currency') }} as gross_sales,
    {{ minor_units('lines.discount_units', 'lines.currency') }} as discounts,
    {{ minor_units('lines.tax_units', 'lines.currency') }} as tax,
    false as is_voided,
    lines.loaded_at
from lines
inner join sales
    on lines.order_id = sales.order_id
where sales.is_account and not lines.is_charge

union all

select
    connection_id,
    {{ native_id(['sale_id', 'id']) }} as native_id,
    {{ unified_key('connection_id', ['sale_id', 'id']) }} as order_line_id,
    order_id,
    order_id as record_id,
    cast(null as text) as item_id,
    'gift_card' as line_kind,
    1 as quantity,
    {{ minor_units('-net_units', 'currency') }} as unit_price,
    {{ minor_units('-net_units', 'currency') }} as gross_sales,
    0 as discounts,
    0 as tax,
    false as is_voided,
    loaded_at
from gift_card_values
