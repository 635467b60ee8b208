-- Which product category brought how much?
-- Gross to net sales, units and the share of net sales, one row a category and currency; what has no category stands in
-- a row of its own.
-- Bars: net_sales
with

revenue_by_category as (
    select * from {{ ref('revenue_by_category') }}
    where {{ on_asked_days() }} and {{ in_asked_stores() }}
),

categories as (
    select
        currency,
        category,
        {{ to_decimal('sum(gross_sales)') }} as gross_sales,
        {{ to_decimal('sum(discounts)') }} as discounts,
        {{ to_decimal('sum(returns)') }} as returns,
        {{ to_decimal('sum(net_sales)') }} as net_sales,
        {{ to_decimal('sum(units)') }} as units
    from revenue_by_category
    group by currency, category
)

select
    *,
    {{ share('net_sales', 'sum(net_sales) over (partition by currency)') }} as net_sales_share
from categories
order by currency asc, net_sales desc, category asc
