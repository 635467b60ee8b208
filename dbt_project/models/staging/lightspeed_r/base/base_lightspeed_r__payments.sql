-- Payments of the newest version of each sale. gift_card_line_id is the line with which one put value on a gift card:
-- such a payment is negative, because the value is owed to whoever holds the card.
with

sales as (
    select * from {{ ref('base_lightspeed_r__sales') }}
),

payments as (
    select
        *,
        coalesce(sale_updated_at, sale_time_stamp) as version_at
    from {{ source('raw_lightspeed_r', 'sale_payments') }}
    {{ of_changed_records('lightspeed_r', 'sale_id') }}
),

payment_types as (
    select * from {{ source('raw_lightspeed_r', 'payment_types') }}
),

gift_cards as (
    select
        connection_id,
        sale_id,
        payment_id,
        coalesce(sale_updated_at, sale_time_stamp) as version_at,
        min({{ lightspeed_r_key('sale_line_id') }}) as line_id
    from {{ source('raw_lightspeed_r', 'sale_payment_accounts') }}
    {{ of_changed_records('lightspeed_r', 'sale_id') }}
    group by connection_id, sale_id, payment_id, coalesce(sale_updated_at, sale_time_stamp)
)

select
    payments.connection_id,
    payments.id,
    sales.id as sale_id,
    sales.order_id,
    sales.location_id,
    sales.currency,
    sales.state as sale_state,
    {{ lightspeed_r_payment_method('payment_types.type', 'payment_types.name') }} as method,
    {{ to_decimal('coalesce(payments.amount, 0)') }} as amount,
    {{ to_decimal('coalesce(payments.tip_amount, 0)') }} as tip,
    payments.archived = 'true' as is_archived,
    case when payments.amount < 0 then gift_cards.line_id end as gift_card_line_id,
    payments.created_at,
    payments.loaded_at
from payments
inner join sales
    on
        payments.connection_id = sales.connection_id
        and payments.sale_id = sales.id
        and payments.version_at = sales.version_at
left join payment_types
    on
        payments.connection_id = payment_types.connection_id
        and payments.payment_type_id = payment_types.id
left join gift_cards
    on
        payments.connection_id = gift_cards.connection_id
        and payments.id = gift_cards.payment_id
        and payments.sale_id = gift_cards.sale_id
        and payments.version_at = gift_cards.version_at
