with

lines as (
    select * from {{ source('raw_square', 'order_lines') }}
    {{ of_changed_records('square', 'order_id') }}
),

orders as (
    select * from {{ ref('base_square__orders') }}
),

-- a line of an older version of its order was edited away
current_lines as (
    select
        lines.*,
        orders.currency
    from lines
    inner join orders
        on
            lines.connection_id = orders.connection_id
            and lines.order_id = orders.id
            and lines.order_version = orders.version
)

select
    connection_id,
    {{ native_id(['order_id', 'uid']) }} as native_id,
    {{ unified_key('connection_id', ['order_id', 'uid']) }} as order_line_id,
    {{ unified_key('connection_id', 'order_id') }} as order_id,
    {{ unified_key('connection_id', 'order_id') }} as record_id,
    {{ unified_key('connection_id', 'catalog_object_id') }} as item_id,
    {{ square_line_kind('item_type', 'catalog_object_id') }} as line_kind,
    {{ to_decimal('quantity') }} as quantity,
    {{ minor_units('base_price_amount', 'currency') }} as unit_price,
    {{ minor_units(
        'coalesce(gross_sales_amount, 0) - (' ~ square_inclusive_tax('gross_sales_amount') ~ ')',
        'currency'
    ) }} as gross_sales,
    {{ minor_units('coalesce(discount_amount, 0)', 'currency') }} as discounts,
    {{ minor_units('coalesce(tax_amount, 0)', 'currency') }} as tax,
    false as is_voided,
    loaded_at
from current_lines
