with

lines as (
    select * from {{ ref('base_generic__lines') }}
    {{ of_changed_records('generic', 'native_record_id') }}
),

orders as (
    select * from {{ ref('base_generic__orders') }}
)

select
    lines.connection_id,
    lines.native_id,
    {{ unified_key('lines.connection_id', 'lines.native_id') }} as return_line_id,
    lines.order_id as return_id,
    lines.record_id,
    orders.original_order_id as order_id,
    {{ unified_key('lines.connection_id', ['orders.native_original_order_id', 'lines.original_line_id']) }}
        as order_line_id,
    orders.location_id,
    lines.item_id,
    lines.line_kind,
    lines.currency,
    lines.quantity,
    lines.gross as gross_amount,
    lines.discounts,
    lines.tax,
    orders.sold_at as returned_at,
    orders.business_date,
    lines.restocked,
    lines.loaded_at
from lines
inner join orders
    on
        lines.connection_id = orders.connection_id
        and lines.native_record_id = orders.native_id
where lines.direction = 'return' and lines.is_itemised and not lines.is_voided and orders.state = 'completed'
