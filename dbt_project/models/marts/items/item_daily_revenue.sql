-- What each item brought on the days on which it was sold or given back.
with

sales_lines as (
    select * from {{ ref('fct_sales_lines') }}
)

select
    connection_id,
    pos,
    location_id,
    location_key,
    item_id,
    item_key,
    category,
    line_kind,
    currency,
    business_date,
    {{ to_decimal('sum(gross_sales)') }} as gross_sales,
    {{ to_decimal('sum(discounts)') }} as discounts,
    {{ to_decimal('sum(returns)') }} as returns,
    {{ to_decimal('sum(net_sales)') }} as net_sales,
    {{ to_decimal("sum(case when line_type = 'sale' then quantity else 0 end)") }} as units,
    {{ to_decimal("sum(case when line_type = 'return' then -quantity else 0 end)") }} as units_returned,
    count(case when line_type = 'sale' then 1 end) as lines_sold,
    count(case when discounts <> 0 then 1 end) as lines_discounted,
    count(distinct case when line_type = 'sale' then order_id end) as orders
from sales_lines
group by
    connection_id, pos, location_id, location_key, item_id, item_key, category, line_kind, currency, business_date
