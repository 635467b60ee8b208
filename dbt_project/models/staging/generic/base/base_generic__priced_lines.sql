-- Lines of the newest version of each record, with the amounts that the API leaves to be reckoned: gross sales is what
-- it says, or net sales and discount, or quantity times price.
{% set amounts = [
    'unit_price', 'gross_sales', 'net_sales', 'discount', 'tax', 'tip', 'service_charge', 'unit_cost',
] %}
with

lines as (
    select * from {{ source('raw_generic', 'order_lines') }}
    {{ of_changed_records('generic', generic_record()) }}
),

orders as (
    select * from {{ ref('base_generic__orders') }}
),

current_lines as (
    select
        lines.connection_id,
        orders.native_id as native_record_id,
        orders.direction as direction_of_record,
        orders.order_discount,
        orders.currency,
        orders.sold_at,
        lines.line_id,
        lines.direction,
        lines.original_line_id,
        lines.line_kind,
        lines.item_id,
        lines.item_name,
        lines.variation_name,
        lines.sku,
        lines.barcode,
        lines.category,
        lines.prices_include_tax,
        lines.restocked,
        coalesce(lines.is_voided, false) as is_voided,
        {{ to_decimal('coalesce(lines.quantity, 1)') }} as quantity,
        {% for amount in amounts %}
            {{ generic_money('lines.' ~ amount, 'orders.currency', 'orders.amounts_in') }} as {{ amount }},
        {% endfor %}
        lines.loaded_at
    from lines
    inner join orders
        on
            lines.connection_id = orders.connection_id
            and lines.record_kind = orders.record_kind
            and lines.order_id = orders.native_order_id
            and lines.order_version = orders.version
)

select
    *,
    {{ to_decimal(
        'coalesce(gross_sales, net_sales + coalesce(discount, 0), quantity * unit_price, 0)'
        ~ ' - case when prices_include_tax then coalesce(tax, 0) else 0 end'
    ) }} as gross
from current_lines
