-- Items of the catalogue, and those that only sales or stock name: of them the newest line that tells it says each
-- thing. Without a catalogue every one of them is still for sale.
{% set told = ['item_name', 'variation_name', 'sku', 'barcode', 'category', 'unit_price', 'unit_cost'] %}
with

items as (
    select * from {{ source('raw_generic', 'items') }}
),

catalogues as (
    select distinct connection_id from items
),

levels as (
    select
        connection_id,
        item_id,
        max(loaded_at) as loaded_at
    from {{ source('raw_generic', 'inventory_levels') }}
    group by connection_id, item_id
),

-- lines that say the same are few
sayings as (
    select
        connection_id,
        native_item_id,
        {% for column in told %}
            {{ column }},
        {% endfor %}
        currency,
        line_kind,
        max({{ in_order('sold_at', 'native_id') }}) as place,
        max(loaded_at) as loaded_at
    from {{ ref('base_generic__lines') }}
    where native_item_id is not null
    group by
        connection_id,
        native_item_id,
        {% for column in told %}
            {{ column }},
        {% endfor %}
        currency,
        line_kind
),

lines as (
    select
        connection_id,
        native_item_id as item_id,
        {% for column in told %}
            max_by({{ column }}, case when {{ column }} is not null then place end) as {{ column }},
        {% endfor %}
        max_by(currency, case when unit_cost is not null then place end) as cost_currency,
        max(case when line_kind = 'gift_card' then 1 else 0 end) = 1 as is_gift_card,
        max(loaded_at) as loaded_at
    from sayings
    group by connection_id, native_item_id
),

mentioned as (
    select
        coalesce(lines.connection_id, levels.connection_id) as connection_id,
        coalesce(lines.item_id, levels.item_id) as item_id,
        {% for column in told %}
            lines.{{ column }},
        {% endfor %}
        lines.cost_currency,
        coalesce(lines.is_gift_card, false) as is_gift_card,
        levels.item_id is not null as tracks_inventory,
        coalesce(lines.loaded_at, levels.loaded_at) as loaded_at
    from lines
    full outer join levels
        on
            lines.connection_id = levels.connection_id
            and lines.item_id = levels.item_id
),

all_items as (
    select
        connection_id,
        item_id,
        item_name,
        variation_name,
        sku,
        barcode,
        category,
        {{ generic_money('unit_price', 'coalesce(currency, default_currency)', 'amounts_in') }} as unit_price,
        {{ generic_money('unit_cost', 'coalesce(currency, default_currency)', 'amounts_in') }} as unit_cost,
        coalesce(currency, default_currency) as cost_currency,
        coalesce(tracks_inventory, false) as tracks_inventory,
        coalesce(is_active, true) as is_active,
        coalesce(is_gift_card, false) as is_gift_card,
        loaded_at
    from items
    union all
    select
        mentioned.connection_id,
        mentioned.item_id,
        {% for column in told %}
            mentioned.{{ column }},
        {% endfor %}
        mentioned.cost_currency,
        mentioned.tracks_inventory,
        catalogues.connection_id is null as is_active,
        mentioned.is_gift_card,
        mentioned.loaded_at
    from mentioned
    left join catalogues
        on mentioned.connection_id = catalogues.connection_id
    left join items
        on
            mentioned.connection_id = items.connection_id
            and mentioned.item_id = items.item_id
    where items.item_id is null
)

select
    connection_id,
    item_id as native_id,
    {{ unified_key('connection_id', 'item_id') }} as item_id,
    item_name as product_name,
    variation_name as variant_name,
    sku,
    barcode,
    category,
    unit_price,
    unit_cost,
    cost_currency,
    cast(null as text) as supplier_id,
    tracks_inventory,
    is_active,
    is_gift_card,
    loaded_at
from all_items
