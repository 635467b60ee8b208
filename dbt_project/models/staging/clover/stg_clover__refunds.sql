-- Money given back. What is left of a refund after its tax, tip, charge and the rows that it names is unitemised.
with

refunds as (
    select * from {{ ref('base_clover__refunds') }}
    where has_happened
),

goods as (
    select
        return_id,
        sum(case when is_revenue then gross - discount else 0 end) as goods,
        sum(case when is_revenue then 0 else gross - discount end) as gift_cards
    from {{ ref('base_clover__refund_lines') }}
    group by return_id
)

select
    refunds.connection_id,
    refunds.id as native_id,
    refunds.return_id,
    refunds.record_id,
    refunds.order_id,
    refunds.location_id,
    refunds.currency,
    refunds.refunded_at,
    refunds.business_date,
    {{ minor_units('coalesce(goods.goods, 0)', 'refunds.currency') }} as goods,
    {{ minor_units('refunds.tax', 'refunds.currency') }} as tax,
    {{ minor_units('refunds.tips', 'refunds.currency') }} as tips,
    {{ minor_units('refunds.charges', 'refunds.currency') }} as service_charges,
    {{ minor_units('coalesce(goods.gift_cards, 0)', 'refunds.currency') }} as gift_cards,
    0 as rounding,
    {{ minor_units(
        'refunds.amount - refunds.tax - refunds.tips - refunds.charges'
        ~ ' - coalesce(goods.goods, 0) - coalesce(goods.gift_cards, 0)',
        'refunds.currency'
    ) }} as unitemized_amount,
    cast(null as text) as channel,
    refunds.loaded_at
from refunds
left join goods
    on refunds.return_id = goods.return_id
