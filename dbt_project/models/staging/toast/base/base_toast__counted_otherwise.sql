-- What Toast's daily totals count as sales, or as given back, and the unified layer does not. It holds all records, not
-- those alone that changed, because totals are told of every day.
{{ replaces_changed_records() }}

with

orders as (
    select * from {{ ref('base_toast__orders') }}
),

charges as (
    select * from {{ ref('base_toast__charges') }}
    where is_live and kind in ('service_charge', 'rounding')
),

refunds as (
    select * from {{ ref('base_toast__refunds') }}
),

counted as (
    select
        orders.order_id,
        orders.location_id,
        orders.business_date,
        charges.amount as charges,
        0 as refunds
    from charges
    inner join orders
        on charges.order_id = orders.order_id
    union all
    select
        order_id,
        location_id,
        business_date,
        0 as charges,
        service_charges + rounding + unitemized_amount as refunds
    from refunds
)

select
    order_id as record_id,
    location_id,
    business_date,
    {{ to_decimal('sum(charges)') }} as charges,
    {{ to_decimal('sum(refunds)') }} as refunds
from counted
group by order_id, location_id, business_date
