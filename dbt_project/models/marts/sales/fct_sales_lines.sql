-- A view: what joins ids of several systems into one item or store may change for the past, too.
{{ config(materialized='view') }}

with

sales_lines as (
    select * from {{ ref('sales_lines') }}
),

locations as (
    select * from {{ ref('locations') }}
),

items as (
    select * from {{ ref('items') }}
)

select
    sales_lines.sales_line_id,
    sales_lines.line_type,
    sales_lines.order_id,
    sales_lines.connection_id,
    sales_lines.pos,
    sales_lines.location_id,
    coalesce(locations.location_key, sales_lines.location_id) as location_key,
    sales_lines.item_id,
    coalesce(items.item_key, sales_lines.item_id) as item_key,
    items.category,
    sales_lines.line_kind,
    sales_lines.business_date,
    sales_lines.occurred_at,
    sales_lines.hour_of_day,
    sales_lines.channel,
    sales_lines.dining_option,
    sales_lines.revenue_center,
    sales_lines.currency,
    sales_lines.quantity,
    sales_lines.gross_sales,
    sales_lines.discounts,
    sales_lines.returns,
    sales_lines.net_sales,
    sales_lines.tax,
    true as counts_as_sale
from sales_lines
left join locations
    on sales_lines.location_id = locations.location_id
left join items
    on sales_lines.item_id = items.item_id
