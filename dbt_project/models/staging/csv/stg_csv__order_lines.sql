with

changed_rows as (
    select * from {{ ref('base_csv__rows') }}
    {{ of_changed_records('csv', 'native_record_id') }}
)

select
    connection_id,
    row_id as native_id,
    record_id,
    row_key as order_line_id,
    order_id,
    item_id,
    line_kind,
    quantity,
    unit_price,
    gross_sales,
    discounts,
    tax,
    false as is_voided,
    loaded_at
from changed_rows
where row_kind = 'sale'
