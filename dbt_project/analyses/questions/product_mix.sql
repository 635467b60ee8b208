-- What do sales consist of?
-- Each item's share of units and of net sales, and the share of it and all larger ones together, largest first; amounts
-- typed by hand and fees stand in rows of their own. One row an item and currency.
-- Bars: net_sales_share
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
        line_kind,
        {{ to_decimal('sum(units)') }} as units,
        {{ to_decimal('sum(net_sales)') }} as net_sales
    from item_daily_revenue
    group by currency, item_key, line_kind
)

select
    items.currency,
    coalesce(item_attributes.item_name, items.item_key) as item_name,
    items.line_kind,
    coalesce(item_attributes.category, 'uncategorised') as category,
    items.units,
    {{ share('items.units', 'sum(items.units) over (partition by items.currency)') }} as units_share,
    items.net_sales,
    {{ share('items.net_sales', 'sum(items.net_sales) over (partition by items.currency)') }} as net_sales_share,
    {{ share(
        'sum(items.net_sales) over (
            partition by items.currency
            order by items.net_sales desc, items.item_key asc, items.line_kind asc
            rows between unbounded preceding and current row
        )',
        'sum(items.net_sales) over (partition by items.currency)'
    ) }} as cumulative_share
from items
left join item_attributes on items.item_key = item_attributes.item_key
order by items.currency asc, items.net_sales desc, items.item_key asc, items.line_kind asc
