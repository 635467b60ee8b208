-- One row for each return or refund of the ledger, and one for each payment back that cash rounding changed.
with

sales as (
    select * from {{ ref('base_shopify__sales') }}
    where is_giving_back and is_sale
),

orders as (
    select * from {{ ref('base_shopify__orders') }}
    where is_sale
),

order_transactions as (
    select * from {{ source('raw_shopify', 'order_transactions') }}
    {{ of_changed_records('shopify', 'order_id') }}
),

transactions as (
    select * from order_transactions
    where kind = 'REFUND' and status = 'SUCCESS' and amount_rounding <> 0
),

given_back as (
    select
        connection_id,
        native_agreement_id,
        order_id,
        record_id,
        location_id,
        currency,
        happened_at,
        business_date,
        source_name,
        {{ to_decimal('-' ~ shopify_sum('net', ['PRODUCT'])) }} as goods,
        -- of an amount without goods the tax cannot be told from the rest
        {{ to_decimal("-sum(case when line_type <> 'ADJUSTMENT' then tax else 0 end)") }} as tax,
        {{ to_decimal('-' ~ shopify_sum('net', ['TIP'])) }} as tips,
        {{ to_decimal('-' ~ shopify_sum('net', shopify_fee_types())) }} as service_charges,
        {{ to_decimal('-' ~ shopify_sum('net', ['GIFT_CARD'])) }} as gift_cards,
        -- shipping given back is money that names no goods
        {{ to_decimal('-' ~ shopify_sum('total', ['ADJUSTMENT']) ~ ' - ' ~ shopify_sum('net', ['SHIPPING'])) }}
            as unitemized_amount,
        sum(case when line_type in ('PRODUCT', 'GIFT_CARD') then 1 else 0 end) as line_count,
        max(loaded_at) as loaded_at
    from sales
    group by
        connection_id, native_agreement_id, order_id, record_id, location_id, currency, happened_at, business_date,
        source_name
)

select
    connection_id,
    native_agreement_id as native_id,
    {{ unified_key('connection_id', 'native_agreement_id') }} as return_id,
    order_id,
    record_id,
    location_id,
    currency,
    happened_at as refunded_at,
    business_date,
    goods,
    tax,
    tips,
    service_charges,
    gift_cards,
    0 as rounding,
    unitemized_amount,
    source_name as channel,
    loaded_at
from given_back
where
    line_count > 0
    or tax <> 0 or tips <> 0 or service_charges <> 0 or unitemized_amount <> 0

union all

select
    transactions.connection_id,
    {{ shopify_number('transactions.id') }} as native_id,
    {{ unified_key('transactions.connection_id', shopify_number('transactions.id')) }} as return_id,
    orders.order_id,
    orders.record_id,
    orders.location_id,
    orders.currency,
    coalesce(transactions.processed_at, transactions.created_at) as refunded_at,
    {{ business_date(
        'coalesce(transactions.processed_at, transactions.created_at)',
        'orders.timezone',
        'orders.business_day_cutoff_minutes'
    ) }} as business_date,
    0 as goods,
    0 as tax,
    0 as tips,
    0 as service_charges,
    0 as gift_cards,
    {{ to_decimal('transactions.amount_rounding') }} as rounding,
    0 as unitemized_amount,
    orders.source_name as channel,
    transactions.loaded_at
from transactions
inner join orders
    on
        transactions.connection_id = orders.connection_id
        and transactions.order_id = orders.id
        and transactions.loaded_at = orders.loaded_at
