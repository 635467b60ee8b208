-- Products, and those that sales or stock still name although the catalogue no longer does.
with

products as (
    select * from {{ source('raw_lightspeed_x', 'products') }}
),

retailers as (
    select * from {{ source('raw_lightspeed_x', 'retailers') }}
),

-- of all lines few tell something: what they sell stands in the catalogue and is no gift card
telling_lines as (
    select
        lines.connection_id,
        lines.sale_id,
        lines.sale_version,
        lines.product_id,
        lines.gift_card_product_id,
        lines.loaded_at
    from {{ source('raw_lightspeed_x', 'sale_lines') }} as lines
    left join products
        on
            lines.connection_id = products.connection_id
            and lines.product_id = products.id
    left join retailers
        on
            lines.connection_id = retailers.connection_id
            and lines.product_id = retailers.discount_product_id
    where
        (products.id is null or lines.gift_card_product_id is not null)
        and retailers.discount_product_id is null
),

lines as (
    select telling_lines.*
    from telling_lines
    inner join {{ source('raw_lightspeed_x', 'sales') }} as sales
        on
            telling_lines.connection_id = sales.connection_id
            and telling_lines.sale_id = sales.id
            and telling_lines.sale_version = sales.version
),

-- of several barcodes the first by its kind; codes that the shop made up are no barcodes
barcodes as (
    select
        connection_id,
        product_id,
        product_version,
        code
    from (
        select
            *,
            row_number() over (partition by connection_id, product_id, product_version order by type, code) as place
        from {{ source('raw_lightspeed_x', 'product_codes') }}
        where upper(type) <> 'CUSTOM'
    ) as numbered_codes
    where place = 1
),

-- the preferred supplier's price is the product's own; of the others the cheapest counts
other_suppliers as (
    select
        connection_id,
        product_id,
        product_version,
        supplier_id,
        price
    from (
        select
            *,
            row_number() over (
                partition by connection_id, product_id, product_version
                order by case when price is null then 1 else 0 end, price, supplier_id
            ) as place
        from {{ source('raw_lightspeed_x', 'product_suppliers') }}
    ) as numbered_suppliers
    where place = 1
),

gift_cards as (
    select distinct
        connection_id,
        product_id
    from lines
    where gift_card_product_id is not null
),

catalogue as (
    select
        products.connection_id,
        products.id,
        products.name as product_name,
        products.variant_name,
        products.sku,
        barcodes.code as barcode,
        products.product_type_name as category,
        products.price_excluding_tax as unit_price,
        coalesce(products.supply_price, other_suppliers.price) as unit_cost,
        retailers.currency as cost_currency,
        coalesce(products.supplier_id, other_suppliers.supplier_id) as supplier_id,
        coalesce(products.has_inventory, false) as tracks_inventory,
        coalesce(products.active, true) and products.deleted_at is null as is_active,
        products.loaded_at
    from products
    left join barcodes
        on
            products.connection_id = barcodes.connection_id
            and products.id = barcodes.product_id
            and products.version = barcodes.product_version
    left join other_suppliers
        on
            products.connection_id = other_suppliers.connection_id
            and products.id = other_suppliers.product_id
            and products.version = other_suppliers.product_version
    left join retailers
        on products.connection_id = retailers.connection_id
),

mentions as (
    select
        connection_id,
        product_id,
        loaded_at
    from lines
    union all
    select
        connection_id,
        product_id,
        max(loaded_at) as loaded_at
    from {{ source('raw_lightspeed_x', 'inventory') }}
    group by connection_id, product_id
),

only_mentioned as (
    select
        mentions.connection_id,
        mentions.product_id as id,
        max(mentions.loaded_at) as loaded_at
    from mentions
    left join products
        on
            mentions.connection_id = products.connection_id
            and mentions.product_id = products.id
    where mentions.product_id is not null and products.id is null
    group by mentions.connection_id, mentions.product_id
),

all_items as (
    select * from catalogue
    union all
    select
        connection_id,
        id,
        null as product_name,
        null as variant_name,
        null as sku,
        null as barcode,
        null as category,
        null as unit_price,
        null as unit_cost,
        null as cost_currency,
        null as supplier_id,
        false as tracks_inventory,
        false as is_active,
        loaded_at
    from only_mentioned
)

select
    all_items.connection_id,
    all_items.id as native_id,
    {{ unified_key('all_items.connection_id', 'all_items.id') }} as item_id,
    all_items.product_name,
    all_items.variant_name,
    all_items.sku,
    all_items.barcode,
    all_items.category,
    all_items.unit_price,
    all_items.unit_cost,
    all_items.cost_currency,
    {{ unified_key('all_items.connection_id', 'all_items.supplier_id') }} as supplier_id,
    all_items.tracks_inventory,
    all_items.is_active,
    gift_cards.product_id is not null as is_gift_card,
    all_items.loaded_at
from all_items
left join gift_cards
    on
        all_items.connection_id = gift_cards.connection_id
        and all_items.id = gift_cards.product_id
