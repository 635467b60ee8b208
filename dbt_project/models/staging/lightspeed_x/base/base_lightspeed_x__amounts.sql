-- What each sale sold, took back, charged and was paid, in the currency's smallest unit. What it took back is positive.
-- A table, because orders, payments and refunds read it.
{{ config(materialized='table') }}

with

sales as (
    select * from {{ ref('base_lightspeed_x__sales') }}
),

lines as (
    select
        order_id,
        sum(case when is_given_back or is_voided then 0 else 1 end) as sold_lines,
        sum(case when is_given_back then 1 else 0 end) as returned_lines,
        sum(case when is_given_back and not is_gift_card then gross_units - discount_units else 0 end)
            as returned_goods_units,
        sum(case when is_given_back and is_gift_card then gross_units - discount_units else 0 end)
            as returned_gift_card_units,
        sum(case when is_given_back then tax_units else 0 end) as returned_tax_units
    from {{ ref('base_lightspeed_x__lines') }}
    group by order_id
),

adjustments as (
    select
        order_id,
        sum(case when kind = 'tip' and units > 0 then units else 0 end) as tip_units,
        sum(case when kind = 'tip' and units < 0 then -units else 0 end) as returned_tip_units,
        sum(case when kind = 'charge' and units > 0 then units else 0 end) as charge_units,
        sum(case when kind = 'charge' and units < 0 then -units else 0 end) as returned_charge_units
    from {{ ref('base_lightspeed_x__adjustments') }}
    group by order_id
),

payments as (
    select
        order_id,
        sum(units) as paid_units
    from {{ ref('base_lightspeed_x__payments') }}
    group by order_id
),

added_up as (
    select
        sales.*,
        coalesce(lines.sold_lines, 0) > 0 as sells,
        (
            coalesce(lines.returned_lines, 0) > 0
            or coalesce(adjustments.returned_tip_units, 0) > 0
            or coalesce(adjustments.returned_charge_units, 0) > 0
        ) as takes_back,
        coalesce(adjustments.tip_units, 0) as tip_units,
        coalesce(adjustments.charge_units, 0) as charge_units,
        coalesce(adjustments.returned_tip_units, 0) as returned_tip_units,
        coalesce(adjustments.returned_charge_units, 0) as returned_charge_units,
        coalesce(lines.returned_goods_units, 0) as returned_goods_units,
        coalesce(lines.returned_gift_card_units, 0) as returned_gift_card_units,
        coalesce(lines.returned_tax_units, 0) as returned_line_tax_units,
        coalesce(payments.paid_units, 0) as paid_units
    from sales
    left join lines
        on sales.order_id = lines.order_id
    left join adjustments
        on sales.order_id = adjustments.order_id
    left join payments
        on sales.order_id = payments.order_id
),

taxed as (
    select
        *,
        -- of a return that sells nothing, all tax is given back, that of charges included
        case when takes_back and not sells then -tax_units else returned_line_tax_units end as returned_tax_units
    from added_up
)

select
    connection_id,
    id,
    order_id,
    returned_order_id,
    location_id,
    state,
    is_sold,
    is_paid,
    channel,
    customer_key,
    created_at,
    updated_at,
    recognised_at,
    business_date,
    currency,
    price_units,
    tax_units,
    sells,
    takes_back,
    tip_units,
    charge_units,
    returned_goods_units,
    returned_gift_card_units,
    returned_tax_units,
    returned_tip_units,
    returned_charge_units,
    paid_units,
    returned_goods_units + returned_gift_card_units + returned_tax_units + returned_tip_units + returned_charge_units
        as returned_units,
    loaded_at
from taxed
