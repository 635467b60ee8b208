-- A file has no catalogue: an item is what the newest row that tells it says of it, field by field.
{% set told = [
    ('item_name', 'product_name'), ('variation_name', 'variant_name'), ('sku', 'sku'), ('barcode', 'barcode'),
    ('category', 'category'), ('unit_price', 'unit_price'), ('unit_cost', 'unit_cost'),
] %}
with

-- rows that say the same are few
sayings as (
    select
        connection_id,
        native_item_id,
        item_id,
        {% for column, name in told %}
            {{ column }},
        {% endfor %}
        currency,
        line_kind,
        max({{ in_order('sold_at', 'row_id') }}) as place,
        max(loaded_at) as loaded_at
    from {{ ref('base_csv__rows') }}
    where item_id is not null
    group by
        connection_id,
        native_item_id,
        item_id,
        {% for column, name in told %}
            {{ column }},
        {% endfor %}
        currency,
        line_kind
)

select
    connection_id,
    native_item_id as native_id,
    item_id,
    {% for column, name in told %}
        max_by({{ column }}, case when {{ column }} is not null then place end) as {{ name }},
    {% endfor %}
    max_by(currency, case when unit_cost is not null then place end) as cost_currency,
    cast(null as text) as supplier_id,
    false as tracks_inventory,
    true as is_active,
    max(case when line_kind = 'gift_card' then 1 else 0 end) = 1 as is_gift_card,
    max(loaded_at) as loaded_at
from sayings
group by connection_id, native_item_id, item_id
