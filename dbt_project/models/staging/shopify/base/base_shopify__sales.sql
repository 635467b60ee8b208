-- The orders' ledger: every signed line with its amounts without tax, and the order or giving-back that it belongs to.
--
-- What the order itself and its edits sell is the order's, on the order's day: an edit that takes a line away or
-- changes a price corrects the order. What an edit adds on a later day (an exchange) is an order of its own on that
-- day. What a return or refund takes back is given back on its own day.
{{ config(materialized='table') }}

with

sales as (
    select * from {{ source('raw_shopify', 'sales') }}
),

agreements as (
    select * from {{ source('raw_shopify', 'sales_agreements') }}
    {{ of_changed_records('shopify', 'order_id') }}
),

orders as (
    select * from {{ ref('base_shopify__orders') }}
),

-- an order is read with its whole ledger: what was not read with its newest version is no longer in it
current_agreements as (
    select
        agreements.*,
        orders.order_id as unified_order_id,
        orders.record_id,
        orders.native_id as order_number,
        orders.location_id,
        orders.currency,
        orders.taxes_included,
        orders.is_sale,
        orders.source_name,
        orders.business_date as order_business_date,
        {{ shopify_number('agreements.id') }} as agreement_number,
        agreements.reason in ('RETURN', 'REFUND') as is_giving_back,
        {{ business_date('agreements.happened_at', 'orders.timezone', 'orders.business_day_cutoff_minutes') }}
            as agreement_business_date
    from agreements
    inner join orders
        on
            agreements.connection_id = orders.connection_id
            and agreements.order_id = orders.id
            and agreements.loaded_at = orders.loaded_at
),

current_sales as (
    select
        current_agreements.*,
        sales.id as sale_id,
        sales.action_type,
        sales.line_type,
        sales.line_item_id,
        sales.variant_id,
        sales.item_title,
        sales.variant_title,
        coalesce(sales.quantity, 0) as quantity,
        {{ to_decimal('sales.unit_price') }} as unit_price,
        {{ to_decimal('coalesce(sales.total_amount, 0)') }} as total,
        {{ to_decimal('coalesce(sales.tax_amount, 0)') }} as tax,
        -- the discount as the buyer saw it: of prices with tax where the shop's prices hold it
        {{ to_decimal(
            'coalesce(case when current_agreements.taxes_included then sales.discount_after_taxes'
            ~ ' else sales.discount_before_taxes end, 0)'
        ) }} as discounts,
        current_agreements.reason = 'ORDER_EDIT'
        and sales.action_type = 'ORDER'
        and current_agreements.agreement_business_date > current_agreements.order_business_date as is_added_later
    from sales
    inner join current_agreements
        on
            sales.connection_id = current_agreements.connection_id
            and sales.agreement_id = current_agreements.id
            and sales.loaded_at = current_agreements.loaded_at
)

select
    connection_id,
    {{ shopify_number('sale_id') }} as native_id,
    unified_order_id as order_id,
    record_id,
    case
        when is_added_later then {{ native_id(['order_number', 'agreement_number']) }} else order_number
    end as native_sold_id,
    {{ native_id(['order_number', 'agreement_number']) }} as native_agreement_id,
    location_id,
    currency,
    is_sale,
    source_name,
    is_giving_back,
    is_added_later,
    happened_at,
    agreement_business_date as business_date,
    action_type,
    line_type,
    {{ shopify_number('line_item_id') }} as line_item_number,
    {{ shopify_number('variant_id') }} as variant_number,
    item_title,
    variant_title,
    {{ to_decimal('quantity') }} as quantity,
    unit_price,
    total,
    tax,
    {{ to_decimal('total - tax') }} as net,
    {{ to_decimal('total - tax + discounts') }} as gross,
    discounts,
    loaded_at
from current_sales
