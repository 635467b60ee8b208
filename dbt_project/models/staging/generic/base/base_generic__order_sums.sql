-- What the lines of a record come to, what was sold and what was given back apart; one row a record, with or without
-- lines.
with

orders as (
    select * from {{ ref('base_generic__orders') }}
),

lines as (
    select * from {{ ref('base_generic__lines') }}
    {{ of_changed_records('generic', 'native_record_id') }}
),

line_sums as (
    select
        connection_id,
        native_record_id,
        sum(case when direction = 'sale' then 1 else 0 end) as sold_lines,
        sum(case when direction = 'return' then 1 else 0 end) as returned_lines,
        sum(case when direction = 'sale' then tax else 0 end) as sold_tax,
        sum(case when direction = 'sale' then tips else 0 end) as sold_tips,
        sum(case when direction = 'sale' then service_charges else 0 end) as sold_service_charges,
        sum(case when direction = 'return' and is_itemised then tax else 0 end) as returned_tax,
        max(case when direction = 'return' and tells_tax then 1 else 0 end) as tells_returned_tax,
        sum(case when direction = 'return' then tips else 0 end) as returned_tips,
        sum(case when direction = 'return' then service_charges else 0 end) as returned_service_charges,
        sum(
            case
                when direction = 'return' and is_itemised and line_kind <> 'gift_card' then gross - discounts
                else 0
            end
        ) as returned_goods,
        sum(
            case
                when direction = 'return' and is_itemised and line_kind = 'gift_card' then gross - discounts
                else 0
            end
        ) as returned_gift_cards,
        sum(case when direction = 'return' and not is_itemised then gross - discounts + tax else 0 end)
            as unitemised
    from lines
    where not is_voided
    group by connection_id, native_record_id
)

select
    orders.connection_id,
    orders.native_id,
    orders.direction,
    orders.original_order_id,
    orders.location_id,
    orders.state,
    orders.channel,
    orders.dining_option,
    orders.revenue_center,
    orders.guests,
    orders.customer_key,
    orders.sold_at,
    orders.ordered_at,
    orders.updated_at,
    orders.business_date,
    orders.currency,
    orders.tax,
    orders.tip,
    orders.service_charge,
    orders.shipping,
    orders.rounding,
    orders.total,
    orders.paid,
    orders.unpaid_balance,
    orders.loaded_at,
    {{ unified_key('orders.connection_id', 'orders.native_id') }} as order_id,
    coalesce(line_sums.sold_lines, 0) as sold_lines,
    coalesce(line_sums.returned_lines, 0) as returned_lines,
    orders.direction = 'sale' and coalesce(line_sums.returned_lines, 0) > 0 as is_exchange,
    coalesce(line_sums.sold_tax, 0) as sold_tax,
    coalesce(line_sums.sold_tips, 0) as sold_tips,
    coalesce(line_sums.sold_service_charges, 0) as sold_service_charges,
    coalesce(line_sums.returned_tax, 0) as returned_tax,
    coalesce(line_sums.tells_returned_tax, 0) = 1 as tells_returned_tax,
    coalesce(line_sums.returned_tips, 0) as returned_tips,
    coalesce(line_sums.returned_service_charges, 0) as returned_service_charges,
    coalesce(line_sums.returned_goods, 0) as returned_goods,
    coalesce(line_sums.returned_gift_cards, 0) as returned_gift_cards,
    coalesce(line_sums.unitemised, 0) as unitemised
from orders
left join line_sums
    on
        orders.connection_id = line_sums.connection_id
        and orders.native_id = line_sums.native_record_id
