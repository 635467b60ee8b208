-- Payments of the newest version of each sale that were not deleted, in the currency's smallest unit, the tip included.
-- What a sale that takes goods back pays out is no payment: the refund tells it.
with

payments as (
    select * from {{ source('raw_lightspeed_x', 'sale_payments') }}
    {{ of_changed_records('lightspeed_x', 'sale_id') }}
),

sales as (
    select * from {{ ref('base_lightspeed_x__sales') }}
),

returning_sales as (
    select distinct order_id
    from {{ ref('base_lightspeed_x__lines') }}
    where is_given_back
),

current_payments as (
    select
        payments.*,
        sales.order_id,
        sales.location_id,
        sales.currency,
        sales.recognised_at,
        {{ smallest_units('coalesce(payments.amount, 0)', 'sales.currency') }} as units
    from payments
    inner join sales
        on
            payments.connection_id = sales.connection_id
            and payments.sale_id = sales.id
            and payments.sale_version = sales.version
    where payments.deleted_at is null
)

select
    current_payments.connection_id,
    current_payments.sale_id,
    current_payments.id,
    current_payments.order_id,
    current_payments.location_id,
    current_payments.currency,
    current_payments.payment_type_id,
    current_payments.name,
    coalesce(current_payments.payment_date, current_payments.recognised_at) as paid_at,
    current_payments.units,
    row_number() over (
        partition by current_payments.order_id
        order by current_payments.units desc, current_payments.id asc
    ) as place,
    current_payments.loaded_at
from current_payments
left join returning_sales
    on current_payments.order_id = returning_sales.order_id
where current_payments.units >= 0 or returning_sales.order_id is null
