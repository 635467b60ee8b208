-- Which modifiers are chosen, and how often?
-- Lines sold with the modifier, of the lines of the items that were ever sold with it in the range, and what it brought
-- (already inside gross sales); one row a modifier and currency.
-- Empty: No modifier was chosen, or the systems tell none.
-- Bars: uptake_share
with

order_line_modifiers as (
    select * from {{ ref('order_line_modifiers') }}
),

order_lines as (
    select * from {{ ref('order_lines') }}
    where not is_voided and item_id is not null
),

orders as (
    select * from {{ ref('orders') }}
    where counts_as_sale and {{ on_asked_days() }} and {{ in_asked_stores() }}
),

lines as (
    select
        orders.currency,
        order_lines.order_line_id,
        order_lines.item_id
    from order_lines
    inner join orders on order_lines.order_id = orders.order_id
),

item_lines as (
    select
        currency,
        item_id,
        count(*) as lines_sold
    from lines
    group by currency, item_id
),

choices as (
    select
        lines.currency,
        lines.item_id,
        coalesce(order_line_modifiers.name, 'not told') as modifier,
        count(distinct lines.order_line_id) as lines_with_modifier,
        sum(order_line_modifiers.amount) as amount
    from order_line_modifiers
    inner join lines on order_line_modifiers.order_line_id = lines.order_line_id
    group by lines.currency, lines.item_id, coalesce(order_line_modifiers.name, 'not told')
)

select
    choices.currency,
    choices.modifier,
    cast(sum(choices.lines_with_modifier) as bigint) as lines_with_modifier,
    cast(sum(item_lines.lines_sold) as bigint) as lines_sold,
    {{ share('sum(choices.lines_with_modifier)', 'sum(item_lines.lines_sold)') }} as uptake_share,
    {{ to_decimal('sum(choices.amount)') }} as amount
from choices
inner join item_lines
    on
        choices.currency = item_lines.currency
        and choices.item_id = item_lines.item_id
group by choices.currency, choices.modifier
order by choices.currency asc, lines_with_modifier desc, choices.modifier asc
