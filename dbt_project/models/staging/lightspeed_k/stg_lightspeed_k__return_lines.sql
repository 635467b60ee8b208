with

lines as (
    select * from {{ ref('base_lightspeed_k__lines') }}
    where {{ is_of_changed_record() }}
),

sales as (
    select * from {{ ref('base_lightspeed_k__sales') }}
    where is_refund
),

gift_card_values as (
    select * from {{ ref('base_lightspeed_k__payments') }}
    where is_gift_card_value and is_refund
),

returned as (
    select
        lines.order_id,
        lines.sale_id,
        lines.id,
        lines.sku,
        case when lines.sku is null then 'custom' else 'item' end as line_kind,
        lines.quantity,
        lines.gross_units,
        lines.discount_units,
        lines.tax_units,
        lines.loaded_at
    from lines
    where lines.is_refund and not lines.is_charge
    union all
    select
        gift_card_values.order_id,
        gift_card_values.sale_id,
        gift_card_values.id,
        cast(null as text) as sku,
        'gift_card' as line_kind,
        1 as quantity,
        gift_card_values.net_units as gross_units,
        0 as discount_units,
        0 as tax_units,
        gift_card_values.loaded_at
    from gift_card_values
)

select
    sales.connection_id,
    {{ native_id(['returned.sale_id', 'returned.id']) }} as native_id,
    {{ unified_key('sales.connection_id', ['returned.sale_id', 'returned.id']) }} as return_line_id,
    returned.order_id as return_id,
    returned.order_id as record_id,
    sales.previous_order_id as order_id,
    -- K names the account that is refunded, not the line
    cast(null as text) as order_line_id,
    sales.location_id,
    {{ unified_key('sales.connection_id', 'returned.sku') }} as item_id,
    returned.line_kind,
    sales.currency,
    returned.quantity,
    {{ minor_units('returned.gross_units', 'sales.currency') }} as gross_amount,
    {{ minor_units('returned.discount_units', 'sales.currency') }} as discounts,
    {{ minor_units('returned.tax_units', 'sales.currency') }} as tax,
    sales.closed_at as returned_at,
    sales.business_date,
    cast(null as boolean) as restocked,
    returned.loaded_at
from returned
inner join sales
    on returned.order_id = sales.order_id
