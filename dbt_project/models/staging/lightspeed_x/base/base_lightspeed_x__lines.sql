-- Lines of the newest version of each sale, in the currency's smallest unit. X calculates with five decimal places and
-- rounds the sale, so the lines of a sale are rounded one after the other, each with the fraction that those before it
-- left: they add up to the sale. A table, because the shares of discounts are worked out once.
{{ config(materialized='table') }}

with

lines as (
    select * from {{ source('raw_lightspeed_x', 'sale_lines') }}
    {{ of_changed_records('lightspeed_x', 'sale_id') }}
),

sales as (
    select * from {{ ref('base_lightspeed_x__sales') }}
),

retailers as (
    select * from {{ source('raw_lightspeed_x', 'retailers') }}
),

adjustments as (
    select * from {{ ref('base_lightspeed_x__adjustments') }}
),

-- a line of an older version of its sale was edited away
current_lines as (
    select
        lines.*,
        sales.order_id,
        sales.currency,
        retailers.discount_product_id is not null as is_discount,
        sum(coalesce(lines.price_total, 0)) over up_to_here as price_so_far,
        sum(coalesce(lines.discount_total, 0)) over up_to_here as discount_so_far,
        sum(coalesce(lines.tax_total, 0)) over up_to_here as tax_so_far
    from lines
    inner join sales
        on
            lines.connection_id = sales.connection_id
            and lines.sale_id = sales.id
            and lines.sale_version = sales.version
    left join retailers
        on
            lines.connection_id = retailers.connection_id
            and lines.product_id = retailers.discount_product_id
    window up_to_here as (
        partition by lines.connection_id, lines.sale_id
        order by lines.sequence, lines.id
        rows between unbounded preceding and current row
    )
),

in_units as (
    select
        *,
        {{ smallest_units('price_so_far', 'currency') }}
        - {{ smallest_units('price_so_far - coalesce(price_total, 0)', 'currency') }} as price_units,
        {{ smallest_units('discount_so_far', 'currency') }}
        - {{ smallest_units('discount_so_far - coalesce(discount_total, 0)', 'currency') }} as discount_units,
        {{ smallest_units('tax_so_far', 'currency') }}
        - {{ smallest_units('tax_so_far - coalesce(tax_total, 0)', 'currency') }} as tax_units
    from current_lines
),

-- a line of the discount product, or an adjustment, takes its amount off the whole sale; in a return, off what is
-- given back
sale_discounts as (
    select
        order_id,
        case when sum(price_units) <= 0 then 1 else -1 end as direction,
        abs(sum(price_units)) as price_units,
        sum(tax_units) as tax_units
    from (
        select
            order_id,
            price_units,
            tax_units
        from in_units
        where is_discount
        union all
        select
            order_id,
            units as price_units,
            0 as tax_units
        from adjustments
        where kind = 'discount'
    ) as discounts
    group by order_id
),

goods as (
    select
        in_units.*,
        coalesce(in_units.quantity < 0, false) as is_given_back,
        in_units.gift_card_product_id is not null as is_gift_card,
        coalesce(in_units.status = 'VOIDED', false) as is_voided
    from in_units
    where not in_units.is_discount
),

weighed as (
    select
        goods.*,
        coalesce(sale_discounts.price_units, 0) as shared_price_units,
        coalesce(sale_discounts.tax_units, 0) as shared_tax_units,
        case
            when goods.is_gift_card or goods.is_voided then 0
            when goods.price_units * sale_discounts.direction > 0 then abs(goods.price_units)
            else 0
        end as weight
    from goods
    left join sale_discounts
        on goods.order_id = sale_discounts.order_id
),

ranked as (
    select
        *,
        sum(weight) over (partition by order_id) as all_weights,
        row_number() over (partition by order_id order by weight desc, sequence asc, id asc) as place
    from weighed
),

shared as (
    select
        *,
        {{ whole_share('shared_price_units', 'weight', 'all_weights') }} as share_units
    from ranked
),

-- what the whole shares leave goes to the largest lines, one unit each
discounted as (
    select
        *,
        share_units + case
            when weight > 0 and place <= shared_price_units - sum(share_units) over (partition by order_id)
                then 1
            else 0
        end as sale_discount_units
    from shared
)

select
    connection_id,
    sale_id,
    id,
    order_id,
    product_id,
    is_given_back,
    is_gift_card,
    is_voided,
    currency,
    abs(quantity) as quantity,
    unit_price,
    abs(cost_total) as cost_total,
    -- of what is given back every amount is positive
    case when is_given_back then -1 else 1 end * (price_units + discount_units) as gross_units,
    case when is_given_back then -1 else 1 end * discount_units + sale_discount_units as discount_units,
    -- the tax on the discount of the whole sale is taken off its largest line
    case when is_given_back then -1 else 1 end * (
        tax_units + case when weight > 0 and place = 1 then shared_tax_units else 0 end
    ) as tax_units,
    loaded_at
from discounted
