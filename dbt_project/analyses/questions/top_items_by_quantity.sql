-- Which items sold the most units?
-- The first 20 by units sold of each currency, with their share of all units, one row an item and currency.
-- Bars: units
with

item_daily_revenue as (
    select * from {{ ref('item_daily_revenue') }}
    where {{ on_asked_days() }} and {{ in_asked_stores() }}
),

item_attributes as (
    select * from {{ ref('item_attributes') }}
),

items as (
    select
        currency,
        item_key,
        {{ to_decimal('sum(units)') }} as units,
        {{ to_decimal('sum(units_returned)') }} as units_returned,
        {{ to_decimal('sum(net_sales)') }} as net_sales
    from item_daily_revenue
    group by currency, item_key
),

ranked as (
    select
        *,
        {{ share('units', 'sum(units) over (partition by currency)') }} as units_share,
        row_number() over (
            partition by currency, item_key is null
            order by units desc, item_key asc
        ) as item_rank
    from items
    -- amounts typed by hand and fees are no item, but the share is that of everything
    qualify item_key is not null
)

select
    ranked.currency,
    ranked.item_rank,
    item_attributes.item_name,
    item_attributes.category,
    ranked.units,
    ranked.units_returned,
    ranked.net_sales,
    ranked.units_share
from ranked
left join item_attributes on ranked.item_key = item_attributes.item_key
where ranked.item_rank <= 20
order by ranked.currency, ranked.item_rank
