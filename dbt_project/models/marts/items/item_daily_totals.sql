-- What each vendor's item brought on the days on which it was sold or given back.
{{ replaces_changed_days() }}

with

changed_days as (
    {{ changed_days() }}
),

sales_lines as (
    select * from {{ ref('sales_lines') }}
)

select
    sales_lines.connection_id,
    sales_lines.pos,
    sales_lines.location_id,
    sales_lines.item_id,
    sales_lines.line_kind,
    sales_lines.currency,
    sales_lines.business_date,
    {{ to_decimal('sum(sales_lines.gross_sales)') }} as gross_sales,
    {{ to_decimal('sum(sales_lines.discounts)') }} as discounts,
    {{ to_decimal('sum(sales_lines.returns)') }} as returns,
    {{ to_decimal('sum(sales_lines.net_sales)') }} as net_sales,
    {{ to_decimal("sum(case when sales_lines.line_type = 'sale' then sales_lines.quantity else 0 end)") }} as units,
    {{ to_decimal("sum(case when sales_lines.line_type = 'return' then -sales_lines.quantity else 0 end)") }}
        as units_returned,
    count(case when sales_lines.line_type = 'sale' then 1 end) as lines_sold,
    count(case when sales_lines.discounts <> 0 then 1 end) as lines_discounted,
    count(distinct case when sales_lines.line_type = 'sale' then sales_lines.order_id end) as orders,
    changed_days.day_version
from sales_lines
inner join changed_days
    on
        sales_lines.location_id = changed_days.location_id
        and sales_lines.business_date = changed_days.business_date
group by
    sales_lines.connection_id, sales_lines.pos, sales_lines.location_id, sales_lines.item_id, sales_lines.line_kind,
    sales_lines.currency, sales_lines.business_date, changed_days.day_version
