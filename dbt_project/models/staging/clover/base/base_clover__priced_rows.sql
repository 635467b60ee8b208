-- The rows of each order as it stands now: one unit each, or one weighed quantity. What they cost with their extras,
-- what their own discounts take off, and their share of the discounts of the whole order, in the smallest unit.
-- Clover states the latter for the order alone: it is spread in proportion to what the rows cost after their own
-- discounts, the remainder to the largest, one unit each.
with

orders as (
    select * from {{ ref('base_clover__orders') }}
),

raw_lines as (
    select * from {{ source('raw_clover', 'order_lines') }}
    {{ of_changed_records('clover', 'order_id') }}
),

modifications as (
    select
        connection_id,
        order_id,
        order_modified_ms,
        line_id,
        sum(coalesce(amount, 0)) as amount
    from {{ source('raw_clover', 'line_modifications') }}
    {{ of_changed_records('clover', 'order_id') }}
    group by connection_id, order_id, order_modified_ms, line_id
),

tax_rates as (
    select
        connection_id,
        order_id,
        order_modified_ms,
        line_id,
        sum(coalesce(rate, 0)) as rate,
        sum(case when coalesce(rate, 0) = 0 then coalesce(flat_amount, 0) else 0 end) as flat_amount
    from {{ source('raw_clover', 'line_tax_rates') }}
    {{ of_changed_records('clover', 'order_id') }}
    group by connection_id, order_id, order_modified_ms, line_id
),

lines as (
    select
        raw_lines.connection_id,
        raw_lines.order_id,
        raw_lines.order_modified_ms,
        raw_lines.id,
        raw_lines.item_id,
        raw_lines.price,
        raw_lines.unit_qty,
        raw_lines.loaded_at,
        coalesce(raw_lines.is_revenue, true) as is_revenue,
        coalesce(raw_lines.is_order_fee, false) as is_order_fee,
        coalesce(raw_lines.refunded, false) as is_refunded,
        coalesce(raw_lines.exchanged, false) as is_exchanged,
        coalesce(modifications.amount, 0) as extras,
        coalesce(tax_rates.rate, 0) as tax_rate,
        coalesce(tax_rates.flat_amount, 0) as flat_tax,
        {{ clover_part('coalesce(raw_lines.price, 0)', 'coalesce(raw_lines.unit_qty, 1000)', '1000') }}
        + coalesce(modifications.amount, 0) as gross
    from raw_lines
    inner join orders
        on
            raw_lines.connection_id = orders.connection_id
            and raw_lines.order_id = orders.id
            and raw_lines.order_modified_ms = orders.modified_ms
    left join modifications
        on
            raw_lines.connection_id = modifications.connection_id
            and raw_lines.order_id = modifications.order_id
            and raw_lines.order_modified_ms = modifications.order_modified_ms
            and raw_lines.id = modifications.line_id
    left join tax_rates
        on
            raw_lines.connection_id = tax_rates.connection_id
            and raw_lines.order_id = tax_rates.order_id
            and raw_lines.order_modified_ms = tax_rates.order_modified_ms
            and raw_lines.id = tax_rates.line_id
),

raw_line_discounts as (
    select * from {{ source('raw_clover', 'line_discounts') }}
    {{ of_changed_records('clover', 'order_id') }}
),

line_discounts as (
    select
        lines.connection_id,
        lines.order_id,
        lines.id,
        sum({{ clover_discount('lines.gross') }}) as amount
    from lines
    inner join raw_line_discounts as discounts
        on
            lines.connection_id = discounts.connection_id
            and lines.order_id = discounts.order_id
            and lines.order_modified_ms = discounts.order_modified_ms
            and lines.id = discounts.line_id
    group by lines.connection_id, lines.order_id, lines.id
),

-- a discount never makes a row cost less than nothing
discounted as (
    select
        lines.*,
        case
            when line_discounts.amount > lines.gross then lines.gross
            else coalesce(line_discounts.amount, 0)
        end as own_discount,
        -- an order's discounts are taken off neither its fees nor what was exchanged for something else
        case
            when lines.is_order_fee or lines.is_exchanged or lines.gross < coalesce(line_discounts.amount, 0) then 0
            else lines.gross - coalesce(line_discounts.amount, 0)
        end as weight
    from lines
    left join line_discounts
        on
            lines.connection_id = line_discounts.connection_id
            and lines.order_id = line_discounts.order_id
            and lines.id = line_discounts.id
),

subtotals as (
    select
        connection_id,
        order_id,
        min(order_modified_ms) as order_modified_ms,
        sum(weight) as subtotal
    from discounted
    group by connection_id, order_id
),

raw_order_discounts as (
    select * from {{ source('raw_clover', 'order_discounts') }}
    {{ of_changed_records('clover', 'order_id') }}
),

order_discounts as (
    select
        subtotals.connection_id,
        subtotals.order_id,
        min(subtotals.subtotal) as subtotal,
        least(sum({{ clover_discount('subtotals.subtotal') }}), min(subtotals.subtotal)) as amount
    from subtotals
    inner join raw_order_discounts as discounts
        on
            subtotals.connection_id = discounts.connection_id
            and subtotals.order_id = discounts.order_id
            -- discounts are read after the orders: theirs may be a later version of the order
            and subtotals.order_modified_ms <= discounts.order_modified_ms
    group by subtotals.connection_id, subtotals.order_id
),

shared as (
    select
        discounted.*,
        order_discounts.amount as order_discount,
        coalesce(
            {{ clover_share('order_discounts.amount', 'discounted.weight', 'order_discounts.subtotal') }}, 0
        ) as share,
        row_number() over (
            partition by discounted.connection_id, discounted.order_id
            order by discounted.weight desc, discounted.id asc
        ) as place
    from discounted
    left join order_discounts
        on
            discounted.connection_id = order_discounts.connection_id
            and discounted.order_id = order_discounts.order_id
),

with_remainder as (
    select
        *,
        coalesce(order_discount, 0) - sum(share) over (partition by connection_id, order_id) as remainder
    from shared
)

select
    connection_id,
    order_id,
    order_modified_ms,
    id,
    item_id,
    price,
    unit_qty,
    is_revenue,
    is_order_fee,
    is_refunded,
    is_exchanged,
    tax_rate,
    flat_tax,
    gross,
    weight - share - case when place <= remainder then 1 else 0 end as taxable,
    own_discount + share + case when place <= remainder then 1 else 0 end as discount,
    loaded_at
from with_remainder
