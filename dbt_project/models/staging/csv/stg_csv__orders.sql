-- A file has no word on an order as a whole: it is what its rows say, and it was paid in full.
with

changed_rows as (
    select * from {{ ref('base_csv__rows') }}
    {{ of_changed_records('csv', 'native_record_id') }}
),

sold_rows as (
    select * from changed_rows
    where row_kind = 'sale'
)

select
    connection_id,
    native_order_id as native_id,
    order_id,
    record_id,
    location_id,
    max(dining_option) as dining_option,
    cast(null as text) as revenue_center,
    cast(null as integer) as guests,
    min(sold_at) as ordered_at,
    min(sold_at) as closed_at,
    min(business_date) as business_date,
    'completed' as state,
    true as is_sale,
    max(channel) as channel,
    max(customer_key) as customer_key,
    sum(tax) as tax,
    sum(tips) as tips,
    sum(service_charges) as service_charges,
    0 as shipping,
    0 as rounding,
    0 as unpaid_balance,
    max(currency) as currency,
    max(loaded_at) as source_updated_at,
    cast(null as {{ decimal_type() }}) as stated_total,
    cast(null as {{ decimal_type() }}) as stated_paid,
    max(loaded_at) as loaded_at
from sold_rows
group by connection_id, native_order_id, order_id, record_id, location_id
