-- The rows of each order with their share of its tax, in the smallest unit. Clover states the tax of a payment, and of
-- a row only the rates: what was paid is spread in proportion to the tax that each row owes by its rates, the remainder
-- to the largest, one unit each. An order that is not paid in full owes what its rates say.
-- A table, because several models read it.
{{ config(materialized='table') }}

with

priced as (
    select * from {{ ref('base_clover__priced_rows') }}
),

orders as (
    select * from {{ ref('base_clover__orders') }}
),

-- in millionths of the smallest unit: 10,000,000 is 100 %, and an inclusive tax is a part of the price with the tax
owed as (
    select
        priced.*,
        orders.currency,
        orders.location_id,
        orders.is_vat,
        orders.is_sale,
        orders.paid_tax,
        orders.paid >= orders.total as is_paid,
        case
            when orders.tax_removed or priced.taxable <= 0 then 0
            when orders.is_vat
                then
                    {{ clover_share('priced.taxable * 1000000', 'priced.tax_rate', '(10000000 + priced.tax_rate)') }}
            else {{ clover_share('priced.taxable * 1000000', 'priced.tax_rate', '10000000') }}
        end
        + case when orders.tax_removed then 0 else priced.flat_tax * 1000000 end as tax_weight
    from priced
    inner join orders
        on
            priced.connection_id = orders.connection_id
            and priced.order_id = orders.id
),

order_taxes as (
    select
        connection_id,
        order_id,
        sum(tax_weight) as tax_weight,
        case
            when min(cast(is_paid as integer)) = 1 then min(paid_tax)
            else {{ clover_part('sum(tax_weight)', '1', '1000000') }}
        end as tax
    from owed
    group by connection_id, order_id
),

shared as (
    select
        owed.*,
        order_taxes.tax as order_tax,
        coalesce({{ clover_share('order_taxes.tax', 'owed.tax_weight', 'order_taxes.tax_weight') }}, 0) as share,
        order_taxes.tax_weight > 0 as is_taxed,
        row_number() over (
            partition by owed.connection_id, owed.order_id
            order by owed.tax_weight desc, owed.id asc
        ) as place
    from owed
    inner join order_taxes
        on
            owed.connection_id = order_taxes.connection_id
            and owed.order_id = order_taxes.order_id
),

with_remainder as (
    select
        *,
        order_tax - sum(share) over (partition by connection_id, order_id) as remainder
    from shared
),

taxed as (
    select
        *,
        share + case when is_taxed and place <= remainder then 1 else 0 end as tax
    from with_remainder
)

select
    connection_id,
    order_id as native_order_id,
    id,
    {{ unified_key('connection_id', 'order_id') }} as order_id,
    location_id,
    item_id,
    currency,
    price,
    unit_qty,
    is_revenue,
    is_order_fee,
    is_refunded,
    is_exchanged,
    is_sale,
    discount,
    tax,
    order_tax,
    -- without any tax that is inside the price
    gross - case when is_vat then tax else 0 end as gross,
    loaded_at
from taxed
