-- What each account sold or gave back and was paid, in the currency's smallest unit; of a refund every amount is
-- positive. A table, because orders and refunds read it.
{{ config(materialized='table') }}

with

sales as (
    select * from {{ ref('base_lightspeed_k__sales') }}
),

lines as (
    select
        order_id,
        count(*) as line_count,
        min(revenue_center) as revenue_center,
        sum(gross_units - discount_units) as net_units,
        sum(tax_units) as tax_units,
        sum(charge_units) as charge_units
    from {{ ref('base_lightspeed_k__lines') }}
    where {{ is_of_changed_record() }}
    group by order_id
),

payments as (
    select
        order_id,
        min(customer_key) as customer_key,
        sum(tip_units) as tip_units,
        sum(surcharge_units) as surcharge_units,
        sum(rounding_units) as rounding_units,
        sum(case when is_gift_card_value then net_units else 0 end) as gift_card_units,
        sum(case when is_gift_card_value then 0 else net_units + tip_units + surcharge_units end) as paid_units
    from {{ ref('base_lightspeed_k__payments') }}
    group by order_id
),

signed as (
    select
        sales.*,
        case when sales.is_refund then -1 else 1 end as direction
    from sales
)

select
    signed.connection_id,
    signed.id,
    signed.order_id,
    signed.location_id,
    signed.previous_order_id,
    signed.state,
    signed.is_sold,
    signed.is_refund,
    signed.opened_at,
    signed.closed_at,
    signed.business_date,
    signed.covers,
    signed.dine_in,
    signed.currency,
    lines.revenue_center,
    payments.customer_key,
    coalesce(lines.line_count, 0) as line_count,
    coalesce(lines.net_units, 0) as net_units,
    coalesce(lines.tax_units, 0) as tax_units,
    coalesce(lines.charge_units, 0) + signed.direction * coalesce(payments.surcharge_units, 0) as charge_units,
    signed.direction * coalesce(payments.tip_units, 0) as tip_units,
    signed.direction * coalesce(payments.rounding_units, 0) as rounding_units,
    -- the gift card's payment has the opposite sign of what the account sells or gives back
    -signed.direction * coalesce(payments.gift_card_units, 0) as gift_card_units,
    signed.direction * coalesce(payments.paid_units, 0) as paid_units,
    signed.loaded_at
from signed
left join lines
    on signed.order_id = lines.order_id
left join payments
    on signed.order_id = payments.order_id
