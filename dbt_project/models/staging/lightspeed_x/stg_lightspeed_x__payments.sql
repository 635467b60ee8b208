-- X tells the tip of a sale, not of a payment: it is taken to be in the largest one.
with

payments as (
    select * from {{ ref('base_lightspeed_x__payments') }}
),

amounts as (
    select * from {{ ref('base_lightspeed_x__amounts') }}
),

tipped as (
    select
        payments.*,
        case when payments.place = 1 then amounts.tip_units else 0 end as tip_units,
        amounts.is_sold
    from payments
    inner join amounts
        on payments.order_id = amounts.order_id
)

select
    connection_id,
    id as native_id,
    {{ unified_key('connection_id', 'id') }} as payment_id,
    order_id,
    order_id as record_id,
    location_id,
    case when payment_type_id = '1' then 'cash' else {{ csv_payment_method('name') }} end as method,
    {{ minor_units('units - tip_units', 'currency') }} as amount,
    {{ minor_units('tip_units', 'currency') }} as tip,
    currency,
    case when is_sold then 'completed' else 'pending' end as status,
    paid_at,
    loaded_at
from tipped
