with

lines as (
    select * from {{ ref('base_generic__lines') }}
    {{ of_changed_records('generic', 'native_record_id') }}
)

select
    connection_id,
    native_id,
    {{ unified_key('connection_id', 'native_id') }} as order_line_id,
    order_id,
    record_id,
    item_id,
    line_kind,
    quantity,
    unit_price,
    gross as gross_sales,
    discounts,
    tax,
    is_voided,
    loaded_at
from lines
where direction = 'sale'
