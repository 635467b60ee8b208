-- A tender of an order and the payment behind it are one thing told twice. The payment's status is the later word;
-- the tender's type is the finer one (a gift card is a card to the payment).
with

tenders as (
    select
        order_tenders.*,
        orders.location_id as order_location_id,
        orders.state as order_state,
        orders.currency,
        coalesce(order_tenders.payment_id, order_tenders.id) as native_payment_id
    from {{ source('raw_square', 'order_tenders') }} as order_tenders
    inner join {{ ref('base_square__orders') }} as orders
        on
            order_tenders.connection_id = orders.connection_id
            and order_tenders.order_id = orders.id
            and order_tenders.order_version = orders.version
),

payments as (
    select * from {{ source('raw_square', 'payments') }}
    {{ of_changed_records('square', "coalesce(order_id, 'payment:' || id)") }}
),

matched as (
    select
        coalesce(tenders.connection_id, payments.connection_id) as connection_id,
        coalesce(tenders.native_payment_id, payments.id) as native_id,
        coalesce(tenders.order_id, payments.order_id) as native_order_id,
        coalesce(
            tenders.order_location_id, {{ unified_key('payments.connection_id', 'payments.location_id') }}
        ) as location_id,
        coalesce(tenders.type, payments.source_type) as type,
        coalesce(payments.currency, tenders.currency) as currency,
        coalesce(payments.created_at, tenders.created_at) as paid_at,
        coalesce(payments.amount, tenders.amount - coalesce(tenders.tip_amount, 0)) as amount,
        coalesce(payments.tip_amount, tenders.tip_amount, 0) as tip_amount,
        coalesce(
            payments.status,
            case tenders.order_state when 'OPEN' then 'APPROVED' when 'CANCELED' then 'CANCELED' else 'COMPLETED' end
        ) as status,
        coalesce(payments.loaded_at, tenders.loaded_at) as loaded_at
    from tenders
    full outer join payments
        on
            tenders.connection_id = payments.connection_id
            and tenders.native_payment_id = payments.id
)

select
    connection_id,
    native_id,
    {{ unified_key('connection_id', 'native_id') }} as payment_id,
    {{ unified_key('connection_id', 'native_order_id') }} as order_id,
    {{ unified_key('connection_id', "coalesce(native_order_id, 'payment:' || native_id)") }} as record_id,
    location_id,
    case
        when type in ('CARD', 'THIRD_PARTY_CARD') then 'card'
        when type = 'CASH' then 'cash'
        when type = 'SQUARE_GIFT_CARD' then 'gift_card'
        when type = 'WALLET' then 'wallet'
        when type in ('BANK_ACCOUNT', 'SQUARE_ACCOUNT') then 'account'
        else 'other'
    end as method,
    {{ minor_units('coalesce(amount, 0)', 'currency') }} as amount,
    {{ minor_units('tip_amount', 'currency') }} as tip,
    currency,
    lower(status) as status,
    paid_at,
    loaded_at
from matched
