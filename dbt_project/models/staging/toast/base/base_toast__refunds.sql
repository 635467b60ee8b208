-- What an order gave back, one row a refund transaction: the money stands on payments, what it was given back for on
-- selections and charges. A payment names its last transaction only; what an earlier one gave back is dated as the
-- order's last refund, and is not counted as money without goods a second time.
with

orders as (
    select * from {{ ref('base_toast__orders') }}
    where is_live
),

paid_back as (
    select
        connection_id,
        order_guid,
        refund_transaction_guid,
        refund_amount as money,
        refund_tip_amount as tips,
        0 as goods,
        0 as gift_cards,
        0 as tax,
        0 as service_charges,
        0 as rounding,
        0 as donations,
        refunded_at,
        refund_business_date
    from {{ ref('base_toast__payments') }}
    where is_live and (refund_amount <> 0 or refund_tip_amount <> 0)
),

selections_back as (
    select
        connection_id,
        order_guid,
        refund_transaction_guid,
        0 as money,
        0 as tips,
        case when line_kind <> 'gift_card' then refund_amount else 0 end as goods,
        case when line_kind = 'gift_card' then refund_amount else 0 end as gift_cards,
        refund_tax_amount as tax,
        0 as service_charges,
        0 as rounding,
        0 as donations,
        cast(null as timestamptz) as refunded_at,
        cast(null as date) as refund_business_date
    from {{ ref('base_toast__selections') }}
    where is_live and not is_voided and refund_transaction_guid is not null
),

charges_back as (
    select
        connection_id,
        order_guid,
        refund_transaction_guid,
        0 as money,
        0 as tips,
        0 as goods,
        0 as gift_cards,
        refund_tax_amount as tax,
        case when kind in ('service_charge', 'gratuity') then refund_amount else 0 end as service_charges,
        case when kind = 'rounding' then refund_amount else 0 end as rounding,
        case when kind = 'donation' then refund_amount else 0 end as donations,
        cast(null as timestamptz) as refunded_at,
        cast(null as date) as refund_business_date
    from {{ ref('base_toast__charges') }}
    where is_live and refund_transaction_guid is not null
),

everything_back as (
    select * from paid_back
    union all
    select * from selections_back
    union all
    select * from charges_back
),

transactions as (
    select
        connection_id,
        order_guid,
        refund_transaction_guid,
        sum(money) as money,
        sum(tips) as tips,
        sum(goods) as goods,
        sum(gift_cards) as gift_cards,
        sum(tax) as tax,
        sum(service_charges) as service_charges,
        sum(rounding) as rounding,
        sum(goods + gift_cards + tax + service_charges + rounding + donations) as itemised,
        max(refunded_at) as refunded_at,
        max(refund_business_date) as refund_business_date
    from everything_back
    group by connection_id, order_guid, refund_transaction_guid
),

compared as (
    select
        *,
        max(refunded_at) over (partition by connection_id, order_guid) as last_refunded_at,
        max(refund_business_date) over (partition by connection_id, order_guid) as last_business_date,
        sum(case when refunded_at is null then itemised else 0 end) over (partition by connection_id, order_guid)
            as itemised_without_payment,
        row_number() over (
            partition by connection_id, order_guid
            order by case when refunded_at is null then 1 else 0 end asc, refunded_at desc, refund_transaction_guid asc
        ) as recency
    from transactions
)

select
    compared.connection_id,
    compared.order_guid,
    compared.refund_transaction_guid,
    orders.order_id,
    orders.location_id,
    orders.currency,
    orders.source,
    {{ unified_key('compared.connection_id', ['compared.order_guid', 'compared.refund_transaction_guid']) }}
        as return_id,
    coalesce(compared.refunded_at, compared.last_refunded_at, orders.modified_at) as refunded_at,
    coalesce(compared.refund_business_date, compared.last_business_date, orders.modified_business_date)
        as business_date,
    compared.goods,
    compared.gift_cards,
    compared.tax,
    compared.tips,
    compared.service_charges,
    compared.rounding,
    greatest(
        compared.money - compared.itemised
        - case when compared.recency = 1 then compared.itemised_without_payment else 0 end,
        0
    ) as unitemized_amount,
    orders.loaded_at
from compared
inner join orders
    on
        compared.connection_id = orders.connection_id
        and compared.order_guid = orders.guid
