-- What a returned order gave back. A row that names no item gives money back without saying for what.
with

changed_rows as (
    select * from {{ ref('base_csv__rows') }}
    {{ of_changed_records('csv', 'native_record_id') }}
),

returned_rows as (
    select
        *,
        item_id is not null as is_itemised
    from changed_rows
    where row_kind = 'return'
)

select
    connection_id,
    native_order_id as native_id,
    record_id,
    order_id as return_id,
    case when min(original_order_key) = max(original_order_key) then min(original_order_key) end as order_id,
    location_id,
    max(currency) as currency,
    min(sold_at) as refunded_at,
    min(business_date) as business_date,
    sum(case when is_itemised and line_kind <> 'gift_card' then gross_sales - discounts else 0 end) as goods,
    sum(case when is_itemised then tax else 0 end) as tax,
    sum(tips) as tips,
    sum(service_charges) as service_charges,
    sum(case when is_itemised and line_kind = 'gift_card' then gross_sales - discounts else 0 end) as gift_cards,
    0 as rounding,
    sum(case when is_itemised then 0 else gross_sales - discounts + tax end) as unitemized_amount,
    max(channel) as channel,
    max(loaded_at) as loaded_at
from returned_rows
group by connection_id, native_order_id, order_id, record_id, location_id
