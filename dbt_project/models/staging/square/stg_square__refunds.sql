-- Money given back: one row for the itemised part of a return order, dated as the order, and one row for each refund
-- that gives more than its order itemises, dated as the refund.
with

returns as (
    select * from {{ ref('base_square__returns') }}
),

return_lines as (
    select * from {{ ref('base_square__return_lines') }}
),

refunds as (
    select * from {{ source('raw_square', 'refunds') }}
),

payments as (
    select * from {{ source('raw_square', 'payments') }}
),

locations as (
    select * from {{ source('raw_square', 'locations') }}
),

returned_goods as (
    select
        return_id,
        sum(
            case
                when is_itemised and {{ square_line_kind('item_type', 'catalog_object_id') }} <> 'gift_card'
                    then gross - inclusive_tax - discounts
                else 0
            end
        ) as goods,
        sum(
            case
                when is_itemised and {{ square_line_kind('item_type', 'catalog_object_id') }} = 'gift_card'
                    then gross - inclusive_tax - discounts
                else 0
            end
        ) as gift_cards,
        sum(case when is_itemised then 0 else tax end) as unitemised_tax,
        sum(case when is_itemised then 0 else total end) as unitemised_total,
        sum(case when is_itemised then 1 else 0 end) as itemised_lines
    from return_lines
    group by return_id
),

return_orders as (
    select
        connection_id,
        native_order_id,
        return_id,
        -- an order that takes goods back from several sales belongs to none of them
        case when min(sale_order_id) = max(sale_order_id) then min(sale_order_id) end as sale_order_id,
        min(location_id) as location_id,
        min(currency) as currency,
        min(source_name) as source_name,
        min(recognised_at) as recognised_at,
        min(business_date) as business_date,
        sum(total) as total,
        sum(tax) as tax,
        sum(tips) as tips,
        sum(service_charges) as service_charges,
        sum(rounding) as rounding,
        max(loaded_at) as loaded_at
    from returns
    group by connection_id, native_order_id, return_id
),

itemised as (
    select
        return_orders.connection_id,
        return_orders.native_order_id as native_id,
        return_orders.return_id,
        return_orders.sale_order_id as order_id,
        return_orders.location_id,
        return_orders.currency,
        return_orders.recognised_at as refunded_at,
        return_orders.business_date,
        coalesce(returned_goods.goods, 0) as goods,
        return_orders.tax - coalesce(returned_goods.unitemised_tax, 0) as tax,
        return_orders.tips,
        return_orders.service_charges,
        coalesce(returned_goods.gift_cards, 0) as gift_cards,
        return_orders.rounding,
        return_orders.source_name as channel,
        coalesce(returned_goods.itemised_lines, 0) as itemised_lines,
        return_orders.total - coalesce(returned_goods.unitemised_total, 0) as itemised_total,
        return_orders.loaded_at
    from return_orders
    left join returned_goods
        on return_orders.return_id = returned_goods.return_id
),

-- what an order has itemised covers its refunds in the order of their making; the rest is unitemised
completed_refunds as (
    select
        refunds.connection_id,
        refunds.id,
        refunds.created_at,
        refunds.loaded_at,
        coalesce(itemised.currency, refunds.currency, locations.currency) as currency,
        coalesce(itemised.order_id, {{ unified_key('refunds.connection_id', 'payments.order_id') }}) as order_id,
        coalesce(
            {{ unified_key('refunds.connection_id', 'refunds.location_id') }},
            itemised.location_id,
            {{ unified_key('refunds.connection_id', 'payments.location_id') }}
        ) as location_id,
        {{ business_date('refunds.created_at', 'locations.timezone', 'locations.business_day_cutoff_minutes') }}
            as business_date,
        itemised.channel,
        {{ minor_units('refunds.amount', 'coalesce(itemised.currency, refunds.currency, locations.currency)') }}
            as amount,
        coalesce(itemised.itemised_total, 0) as itemised_total,
        sum(
            {{ minor_units('refunds.amount', 'coalesce(itemised.currency, refunds.currency, locations.currency)') }}
        ) over (
            partition by
                refunds.connection_id,
                -- a refund without a return order stands alone
                coalesce(itemised.native_id, refunds.id),
                case when itemised.native_id is null then 0 else 1 end
            order by refunds.created_at, refunds.id
            rows between unbounded preceding and current row
        ) as running_amount
    from refunds
    left join itemised
        on
            refunds.connection_id = itemised.connection_id
            and refunds.order_id = itemised.native_id
    left join payments
        on
            refunds.connection_id = payments.connection_id
            and refunds.payment_id = payments.id
    left join locations
        on
            refunds.connection_id = locations.connection_id
            and coalesce(refunds.location_id, payments.location_id) = locations.id
    where refunds.status = 'COMPLETED'
),

unitemised as (
    select
        *,
        case
            when running_amount - amount >= itemised_total then amount
            else running_amount - itemised_total
        end as unitemised_amount
    from completed_refunds
    where running_amount > itemised_total
)

select
    connection_id,
    native_id,
    return_id,
    order_id,
    location_id,
    currency,
    refunded_at,
    business_date,
    goods,
    tax,
    tips,
    service_charges,
    gift_cards,
    rounding,
    0 as unitemized_amount,
    channel,
    loaded_at
from itemised
where itemised_lines > 0 or tips <> 0 or service_charges <> 0 or rounding <> 0

union all

select
    connection_id,
    id as native_id,
    {{ unified_key('connection_id', 'id') }} as return_id,
    order_id,
    location_id,
    currency,
    created_at as refunded_at,
    business_date,
    0 as goods,
    0 as tax,
    0 as tips,
    0 as service_charges,
    0 as gift_cards,
    0 as rounding,
    unitemised_amount as unitemized_amount,
    channel,
    loaded_at
from unitemised
