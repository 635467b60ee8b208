-- Money given back to a payment, and credits, which belong to none. Those of test and deleted orders never happened.
with

refunds as (
    select
        connection_id,
        id,
        coalesce(order_id, 'refund:' || id) as native_record_id,
        order_id,
        merchant_id,
        coalesce(client_created_ms, created_ms) as refunded_ms,
        coalesce(status, 'SUCCESS') = 'SUCCESS' and not coalesce(voided, false) and deleted_ms is null as has_happened,
        coalesce(amount, 0) as amount,
        coalesce(tax_amount, 0) as tax,
        coalesce(tip_amount, 0) as tips,
        coalesce(service_charge_amount, 0) as charges,
        loaded_at
    from {{ source('raw_clover', 'refunds') }}
    {{ of_changed_records('clover', ['order_id', "'refund:' || id"]) }}

    union all

    select
        connection_id,
        id,
        coalesce(order_id, 'credit:' || id) as native_record_id,
        order_id,
        merchant_id,
        coalesce(client_created_ms, created_ms) as refunded_ms,
        coalesce(result, 'SUCCESS') = 'SUCCESS' and not coalesce(voided, false) as has_happened,
        coalesce(amount, 0) as amount,
        coalesce(tax_amount, 0) as tax,
        0 as tips,
        0 as charges,
        loaded_at
    from {{ source('raw_clover', 'credits') }}
    {{ of_changed_records('clover', ['order_id', "'credit:' || id"]) }}
),

orders as (
    select * from {{ ref('base_clover__orders') }}
),

properties as (
    select * from {{ source('raw_clover', 'properties') }}
)

select
    refunds.connection_id,
    refunds.id,
    {{ unified_key('refunds.connection_id', 'refunds.id') }} as return_id,
    refunds.order_id as native_order_id,
    {{ unified_key('refunds.connection_id', 'refunds.native_record_id') }} as record_id,
    orders.order_id,
    {{ unified_key('refunds.connection_id', 'refunds.merchant_id') }} as location_id,
    coalesce(orders.currency, properties.currency) as currency,
    {{ clover_time('refunds.refunded_ms') }} as refunded_at,
    {{ business_date(
        clover_time('refunds.refunded_ms'),
        'coalesce(properties.set_timezone, properties.timezone)',
        'coalesce(properties.set_cutoff_minutes, properties.summary_hour * 60)'
    ) }} as business_date,
    (
        refunds.has_happened
        and not coalesce(orders.is_deleted, false)
        and not coalesce(orders.test_mode, false)
    ) as has_happened,
    refunds.amount,
    refunds.tax,
    refunds.tips,
    refunds.charges,
    refunds.loaded_at
from refunds
left join orders
    on
        refunds.connection_id = orders.connection_id
        and refunds.order_id = orders.id
left join properties
    on
        refunds.connection_id = properties.connection_id
        and refunds.merchant_id = properties.merchant_id
