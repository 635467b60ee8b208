-- Items of the catalogue, archived ones included, and those that sales or stock still name although it does not.
with

items as (
    select * from {{ source('raw_lightspeed_r', 'items') }}
),

prices as (
    select * from {{ source('raw_lightspeed_r', 'item_prices') }}
    where use_type = 'Default'
),

categories as (
    select * from {{ source('raw_lightspeed_r', 'categories') }}
),

currencies as (
    select
        connection_id,
        min(currency) as currency
    from {{ source('raw_lightspeed_r', 'shops') }}
    group by connection_id
),

catalogue as (
    select
        items.connection_id,
        items.id,
        items.description as product_name,
        -- the system's own SKU is not asked for: every account counts it from the same number on
        coalesce(items.custom_sku, items.manufacturer_sku) as sku,
        coalesce(items.upc, items.ean) as barcode,
        categories.full_path_name as category,
        {{ to_decimal('prices.amount') }} as unit_price,
        -- a cost that was never entered is 0
        {{ to_decimal('coalesce(nullif(items.default_cost, 0), nullif(items.average_cost, 0))') }} as unit_cost,
        currencies.currency as cost_currency,
        {{ lightspeed_r_key('items.default_vendor_id') }} as vendor_id,
        coalesce(items.item_type, 'default') <> 'non_inventory' as tracks_inventory,
        coalesce(items.archived, 'false') = 'false' as is_active,
        items.loaded_at
    from items
    left join prices
        on
            items.connection_id = prices.connection_id
            and items.id = prices.item_id
    left join categories
        on
            items.connection_id = categories.connection_id
            and items.category_id = categories.id
    left join currencies
        on items.connection_id = currencies.connection_id
),

{% set tables = ['sale_lines', 'item_shops', 'inventory_logs', 'purchase_order_lines'] %}
mentions as (
    {% for table in tables %}
        select
            connection_id,
            item_id,
            max(loaded_at) as loaded_at
        from {{ source('raw_lightspeed_r', table) }}
        group by connection_id, item_id
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

only_mentioned as (
    select
        mentions.connection_id,
        mentions.item_id as id,
        max(mentions.loaded_at) as loaded_at
    from mentions
    left join items
        on
            mentions.connection_id = items.connection_id
            and mentions.item_id = items.id
    where {{ lightspeed_r_key('mentions.item_id') }} is not null and items.id is null
    group by mentions.connection_id, mentions.item_id
),

all_items as (
    select * from catalogue
    union all
    select
        connection_id,
        id,
        null as product_name,
        null as sku,
        null as barcode,
        null as category,
        null as unit_price,
        null as unit_cost,
        null as cost_currency,
        null as vendor_id,
        false as tracks_inventory,
        false as is_active,
        loaded_at
    from only_mentioned
)

select
    connection_id,
    id as native_id,
    {{ unified_key('connection_id', 'id') }} as item_id,
    product_name,
    cast(null as text) as variant_name,
    sku,
    barcode,
    category,
    unit_price,
    unit_cost,
    case when unit_cost is not null then cost_currency end as cost_currency,
    {{ unified_key('connection_id', 'vendor_id') }} as supplier_id,
    tracks_inventory,
    is_active,
    false as is_gift_card,
    loaded_at
from all_items
