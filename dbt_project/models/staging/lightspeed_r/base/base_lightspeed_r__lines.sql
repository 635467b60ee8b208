-- Lines of the newest version of each sale, sold and given back. Of a sale whose prices hold the tax, the part of a
-- line's subtotal that is tax is what the line would cost more if it came on top:
--     tax inside = subtotal - discounts + tax - total
-- which is 0 where R itself has already taken it out.
with

sales as (
    select * from {{ ref('base_lightspeed_r__sales') }}
),

raw_lines as (
    select
        *,
        coalesce(sale_updated_at, sale_time_stamp) as version_at,
        coalesce(line_discount, 0) + coalesce(transaction_discount, 0) as discounts,
        coalesce(tax1, 0) + coalesce(tax2, 0) as tax
    from {{ source('raw_lightspeed_r', 'sale_lines') }}
    {{ of_changed_records('lightspeed_r', 'sale_id') }}
),

gift_cards as (
    select
        connection_id,
        sale_id,
        gift_card_line_id,
        sum(case when is_archived then 0 else -amount end) as amount
    from {{ ref('base_lightspeed_r__payments') }}
    where gift_card_line_id is not null
    group by connection_id, sale_id, gift_card_line_id
),

lines as (
    select
        raw_lines.connection_id,
        raw_lines.id,
        raw_lines.sale_id,
        sales.order_id,
        sales.location_id,
        sales.currency,
        sales.is_sale,
        sales.recognised_at,
        sales.business_date,
        raw_lines.item_id,
        {{ lightspeed_r_key('raw_lines.parent_line_id') }} as parent_line_id,
        {{ lightspeed_r_line_kind(
            'raw_lines.line_type', 'raw_lines.item_id', 'gift_cards.gift_card_line_id'
        ) }} as line_kind,
        raw_lines.quantity < 0 as is_given_back,
        raw_lines.quantity,
        raw_lines.unit_price,
        coalesce(raw_lines.subtotal, 0) + coalesce(gift_cards.amount, 0)
        - case
            when sales.is_tax_inclusive
                then coalesce(raw_lines.subtotal, 0) - raw_lines.discounts + raw_lines.tax
                    - coalesce(raw_lines.total, 0)
            else 0
        end as gross,
        raw_lines.discounts,
        raw_lines.tax,
        coalesce(raw_lines.total, 0) as total,
        raw_lines.loaded_at
    from raw_lines
    inner join sales
        on
            raw_lines.connection_id = sales.connection_id
            and raw_lines.sale_id = sales.id
            and raw_lines.version_at = sales.version_at
    left join gift_cards
        on
            raw_lines.connection_id = gift_cards.connection_id
            and raw_lines.sale_id = gift_cards.sale_id
            and raw_lines.id = gift_cards.gift_card_line_id
),

-- the lines that goods given back were sold with, whether or not their sales changed
sold_lines as (
    select
        sold.connection_id,
        sold.id,
        sold.item_id,
        {{ unified_key('sold.connection_id', 'sold.sale_id') }} as order_id
    from (
        select distinct
            connection_id,
            parent_line_id
        from lines
        where parent_line_id is not null
    ) as parents
    inner join {{ source('raw_lightspeed_r', 'sale_lines') }} as sold
        on
            parents.connection_id = sold.connection_id
            and parents.parent_line_id = sold.id
    inner join {{ source('raw_lightspeed_r', 'sales') }} as sold_sales
        on
            sold.connection_id = sold_sales.connection_id
            and sold.sale_id = sold_sales.id
            and coalesce(sold.sale_updated_at, sold.sale_time_stamp)
            = coalesce(sold_sales.updated_at, sold_sales.time_stamp)
)

select
    lines.*,
    sold_lines.order_id as sold_order_id,
    {{ unified_key('sold_lines.connection_id', 'sold_lines.id') }} as sold_line_id,
    coalesce({{ lightspeed_r_key('lines.item_id') }}, {{ lightspeed_r_key('sold_lines.item_id') }}) as named_item_id,
    -- a line that names neither a sold line nor an item gives money back without saying for what
    (
        lines.line_kind <> 'custom'
        or lines.parent_line_id is not null
    ) as is_itemised
from lines
left join sold_lines
    on
        lines.connection_id = sold_lines.connection_id
        and lines.parent_line_id = sold_lines.id
