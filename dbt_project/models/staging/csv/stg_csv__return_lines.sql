with

changed_rows as (
    select * from {{ ref('base_csv__rows') }}
    {{ of_changed_records('csv', 'native_record_id') }}
)

select
    connection_id,
    row_id as native_id,
    record_id,
    row_key as return_line_id,
    order_id as return_id,
    original_order_key as order_id,
    cast(null as text) as order_line_id,
    location_id,
    item_id,
    line_kind,
    currency,
    quantity,
    gross_sales as gross_amount,
    discounts,
    tax,
    sold_at as returned_at,
    business_date,
    cast(null as boolean) as restocked,
    loaded_at
from changed_rows
where row_kind = 'return' and item_id is not null
