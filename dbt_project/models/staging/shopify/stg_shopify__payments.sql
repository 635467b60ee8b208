-- Money received. An authorisation counts until it is captured; change given back is a negative payment. Shopify tells
-- the tip of an order, not of a payment: it is on the first payments that went through.
with

orders as (
    select * from {{ ref('base_shopify__orders') }}
),

order_transactions as (
    select * from {{ source('raw_shopify', 'order_transactions') }}
    {{ of_changed_records('shopify', 'order_id') }}
),

transactions as (
    select
        order_transactions.*,
        orders.order_id as unified_order_id,
        orders.record_id,
        orders.location_id,
        orders.currency,
        coalesce(order_transactions.processed_at, order_transactions.created_at) as paid_at,
        {{ to_decimal(
            'coalesce(order_transactions.amount, 0) + coalesce(order_transactions.amount_rounding, 0)'
        ) }} as whole
    from order_transactions
    inner join orders
        on
            order_transactions.connection_id = orders.connection_id
            and order_transactions.order_id = orders.id
            and order_transactions.loaded_at = orders.loaded_at
),

tips as (
    select
        order_id,
        sum(net) as amount
    from {{ ref('base_shopify__sales') }}
    where not is_giving_back and line_type = 'TIP'
    group by order_id
),

-- what became of an authorisation
followed as (
    select
        connection_id,
        parent_id,
        max(case when kind = 'CAPTURE' then 1 else 0 end) = 1 as is_captured,
        max(case when kind = 'VOID' then 1 else 0 end) = 1 as is_voided
    from transactions
    where kind in ('CAPTURE', 'VOID') and status = 'SUCCESS' and parent_id is not null
    group by connection_id, parent_id
),

payments as (
    select
        transactions.*,
        case
            when transactions.kind in ('AUTHORIZATION', 'EMV_AUTHORIZATION') and transactions.status = 'SUCCESS'
                then case when coalesce(followed.is_voided, false) then 'canceled' else 'approved' end
            when transactions.status = 'SUCCESS' then 'completed'
            when transactions.status in ('FAILURE', 'ERROR') then 'failed'
            else 'pending'
        end as payment_status
    from transactions
    left join followed
        on
            transactions.connection_id = followed.connection_id
            and transactions.id = followed.parent_id
    where
        transactions.kind in ('SALE', 'CAPTURE', 'CHANGE')
        or (
            transactions.kind in ('AUTHORIZATION', 'EMV_AUTHORIZATION')
            and not coalesce(followed.is_captured, false)
        )
),

running as (
    select
        payments.*,
        payments.payment_status = 'completed' and payments.kind <> 'CHANGE' as may_hold_tip,
        coalesce(tips.amount, 0) as order_tips,
        sum(
            case when payments.payment_status = 'completed' and payments.kind <> 'CHANGE' then payments.whole else 0 end
        ) over (
            partition by payments.unified_order_id
            order by payments.paid_at, cast({{ shopify_number('payments.id') }} as bigint)
            rows between unbounded preceding and current row
        ) as running_whole
    from payments
    left join tips
        on payments.unified_order_id = tips.order_id
),

tipped as (
    select
        *,
        case
            when not may_hold_tip or order_tips <= running_whole - whole then 0
            when order_tips >= running_whole then whole
            else order_tips - (running_whole - whole)
        end as tip
    from running
)

select
    connection_id,
    {{ shopify_number('id') }} as native_id,
    {{ unified_key('connection_id', shopify_number('id')) }} as payment_id,
    unified_order_id as order_id,
    record_id,
    location_id,
    case
        when kind = 'CHANGE' or gateway = 'cash' then 'cash'
        when gateway in ('gift_card', 'shopify_gift_card') then 'gift_card'
        when gateway in ('shopify_store_credit', 'store_credit') then 'account'
        when
            wallet is not null
            or payment_details in ('PaypalWalletPaymentDetails', 'ShopPayInstallmentsPaymentDetails')
            or gateway in ('paypal', 'amazon_payments')
            then 'wallet'
        when payment_details = 'CardPaymentDetails' or gateway = 'shopify_payments' then 'card'
        else 'other'
    end as method,
    {{ to_decimal("case when kind = 'CHANGE' then -whole else whole - tip end") }} as amount,
    {{ to_decimal('tip') }} as tip,
    currency,
    payment_status as status,
    paid_at,
    loaded_at
from tipped
