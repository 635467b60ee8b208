-- A file may say how an order was paid, not what was paid: that is what its rows come to. Where only some rows of an
-- order name a method, and they name one, it paid for all of them.
with

changed_rows as (
    select * from {{ ref('base_csv__rows') }}
    {{ of_changed_records('csv', 'native_record_id') }}
),

sold_rows as (
    select
        *,
        case when payment_method is not null then {{ csv_payment_method('payment_method') }} end as named_method
    from changed_rows
    where row_kind = 'sale'
),

methods as (
    select
        *,
        min(named_method) over (partition by order_id) as first_method,
        max(named_method) over (partition by order_id) as last_method
    from sold_rows
),

paid as (
    select
        *,
        coalesce(named_method, case when first_method = last_method then first_method else 'other' end) as method
    from methods
    where first_method is not null
)

select
    connection_id,
    {{ native_id(['native_order_id', 'method']) }} as native_id,
    {{ unified_key('connection_id', ['native_order_id', 'method']) }} as payment_id,
    order_id,
    record_id,
    location_id,
    method,
    sum(gross_sales - discounts + tax + service_charges) as amount,
    sum(tips) as tip,
    max(currency) as currency,
    'completed' as status,
    min(sold_at) as paid_at,
    max(loaded_at) as loaded_at
from paid
group by connection_id, native_order_id, order_id, record_id, location_id, method
