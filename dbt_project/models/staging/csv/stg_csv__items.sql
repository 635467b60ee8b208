-- A file has no catalogue: an item is what the newest row that tells it says of it, field by field.
with

item_rows as (
    select * from {{ ref('base_csv__rows') }}
    where item_id is not null
),

{% set told = ['item_name', 'variation_name', 'sku', 'barcode', 'category', 'unit_price', 'unit_cost'] %}
numbered as (
    select
        {% for field in told %}
            {{ field }},
            row_number() over (
                partition by item_id
                order by case when {{ field }} is null then 1 else 0 end, sold_at desc, row_id desc
            ) as {{ field }}_place,
        {% endfor %}
        connection_id,
        native_item_id,
        item_id,
        currency,
        line_kind,
        loaded_at
    from item_rows
)

select
    connection_id,
    native_item_id as native_id,
    item_id,
    max(case when item_name_place = 1 then item_name end) as product_name,
    max(case when variation_name_place = 1 then variation_name end) as variant_name,
    max(case when sku_place = 1 then sku end) as sku,
    max(case when barcode_place = 1 then barcode end) as barcode,
    max(case when category_place = 1 then category end) as category,
    max(case when unit_price_place = 1 then unit_price end) as unit_price,
    max(case when unit_cost_place = 1 then unit_cost end) as unit_cost,
    max(case when unit_cost_place = 1 and unit_cost is not null then currency end) as cost_currency,
    cast(null as text) as supplier_id,
    false as tracks_inventory,
    true as is_active,
    max(case when line_kind = 'gift_card' then 1 else 0 end) = 1 as is_gift_card,
    max(loaded_at) as loaded_at
from numbered
group by connection_id, native_item_id, item_id
