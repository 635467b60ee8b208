-- What an order took back and gave back for it, all its returns together.
with

returns as (
    select * from {{ ref('base_square__returns') }}
),

return_lines as (
    select * from {{ ref('base_square__return_lines') }}
),

refunds as (
    select * from {{ source('raw_square', 'refunds') }}
    {{ of_changed_records('square', 'order_id') }}
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
        sum(case when is_itemised then 1 else 0 end) as itemised_lines,
        sum(total) as lines_total
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

linked_refunds as (
    select
        connection_id,
        order_id,
        sum(amount) as amount
    from refunds
    group by connection_id, order_id
),

added_up as (
    select
        return_orders.*,
        coalesce(returned_goods.goods, 0) as goods,
        coalesce(returned_goods.gift_cards, 0) as gift_cards,
        coalesce(returned_goods.unitemised_tax, 0) as unitemised_tax,
        coalesce(returned_goods.unitemised_total, 0) as unitemised_total,
        coalesce(returned_goods.lines_total, 0) as lines_total,
        {{ minor_units('coalesce(linked_refunds.amount, 0)', 'return_orders.currency') }} as refunded,
        (
            coalesce(returned_goods.itemised_lines, 0) > 0
            or return_orders.tips <> 0
            or return_orders.service_charges <> 0
            or return_orders.rounding <> 0
        ) as is_itemised
    from return_orders
    left join returned_goods
        on return_orders.return_id = returned_goods.return_id
    left join linked_refunds
        on
            return_orders.connection_id = linked_refunds.connection_id
            and return_orders.native_order_id = linked_refunds.order_id
)

select
    *,
    -- of an order that holds nothing but an amount, what no refund paid out paid for new goods
    case
        when is_itemised then unitemised_total
        when unitemised_total > refunded then unitemised_total - refunded
        else 0
    end as unitemised_amount,
    case when is_itemised then greatest(total, lines_total) else 0 end as covered
from added_up
