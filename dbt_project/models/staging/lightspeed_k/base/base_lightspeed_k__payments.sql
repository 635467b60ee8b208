-- Payments of each account as it stands now, in the currency's smallest unit. Value put on a gift card is a negative
-- payment with the gift card; in a refund a positive one takes it back.
with

payments as (
    select * from {{ source('raw_lightspeed_k', 'sale_payments') }}
    {{ of_changed_records('lightspeed_k', 'sale_id') }}
),

sales as (
    select * from {{ ref('base_lightspeed_k__sales') }}
),

in_units as (
    select
        payments.*,
        sales.order_id,
        sales.location_id,
        sales.closed_at,
        sales.currency as sale_currency,
        sales.is_account,
        sales.is_sold,
        sales.is_refund,
        {{ smallest_units('coalesce(payments.net_amount_with_tax, 0)', 'sales.currency') }} as net_units,
        {{ smallest_units('coalesce(payments.tip, 0)', 'sales.currency') }} as tip_units,
        {{ smallest_units('coalesce(payments.surcharge, 0)', 'sales.currency') }} as surcharge_units,
        {{ smallest_units('coalesce(payments.rounding_amount, 0)', 'sales.currency') }} as rounding_units
    from payments
    inner join sales
        on
            payments.connection_id = sales.connection_id
            and payments.sale_id = sales.id
            and payments.sale_closed_at = sales.closed_at
)

select
    connection_id,
    sale_id,
    id,
    order_id,
    location_id,
    code,
    description,
    type,
    sale_currency as currency,
    coalesce(paid_at, closed_at) as paid_at,
    customer_key,
    is_account,
    is_sold,
    is_refund,
    coalesce(code = 'IKGIFT', false) and (
        (is_account and net_units < 0)
        or (is_refund and net_units > 0)
    ) as is_gift_card_value,
    net_units,
    tip_units,
    surcharge_units,
    rounding_units,
    loaded_at
from in_units
