-- Variations of the catalogue, and those that sales or stock still name although the catalogue no longer does.
with

variations as (
    select * from {{ source('raw_square', 'catalog_variations') }}
),

items as (
    select * from {{ source('raw_square', 'catalog_items') }}
),

categories as (
    select * from {{ source('raw_square', 'catalog_categories') }}
),

-- the category that Square reports under; else the item's first one
first_categories as (
    select
        connection_id,
        item_id,
        category_id
    from (
        select
            item_categories.connection_id,
            item_categories.item_id,
            item_categories.category_id,
            row_number() over (
                partition by item_categories.connection_id, item_categories.item_id
                order by item_categories.ordinal, item_categories.category_id
            ) as place
        from {{ source('raw_square', 'catalog_item_categories') }} as item_categories
        inner join items
            on
                item_categories.connection_id = items.connection_id
                and item_categories.item_id = items.id
                and item_categories.item_version = items.version
    ) as numbered_categories
    where place = 1
),

-- of several suppliers the cheapest that has a price; Square names no preferred one
first_suppliers as (
    select
        connection_id,
        variation_id,
        vendor_id,
        unit_cost_amount,
        unit_cost_currency
    from (
        select
            variation_vendors.*,
            row_number() over (
                partition by variation_vendors.connection_id, variation_vendors.variation_id
                order by
                    case when variation_vendors.unit_cost_amount is null then 1 else 0 end,
                    variation_vendors.unit_cost_amount,
                    variation_vendors.vendor_id
            ) as place
        from {{ source('raw_square', 'catalog_variation_vendors') }} as variation_vendors
        inner join variations
            on
                variation_vendors.connection_id = variations.connection_id
                and variation_vendors.variation_id = variations.id
                and variation_vendors.variation_version = variations.version
    ) as numbered_suppliers
    where place = 1
),

catalogue as (
    select
        variations.connection_id,
        variations.id,
        items.name as product_name,
        variations.name as variant_name,
        variations.sku,
        variations.upc as barcode,
        categories.name as category,
        {{ minor_units('variations.price_amount', 'variations.price_currency') }} as unit_price,
        {{ minor_units('first_suppliers.unit_cost_amount', 'first_suppliers.unit_cost_currency') }} as unit_cost,
        first_suppliers.unit_cost_currency as cost_currency,
        first_suppliers.vendor_id,
        coalesce(variations.track_inventory, false) as tracks_inventory,
        (
            coalesce(variations.is_deleted, false) = false
            and coalesce(items.is_deleted, false) = false
            and coalesce(items.is_archived, false) = false
        ) as is_active,
        coalesce(items.product_type = 'GIFT_CARD', false) as is_gift_card,
        variations.loaded_at
    from variations
    left join items
        on
            variations.connection_id = items.connection_id
            and variations.item_id = items.id
    left join first_categories
        on
            items.connection_id = first_categories.connection_id
            and items.id = first_categories.item_id
    left join categories
        on
            items.connection_id = categories.connection_id
            and coalesce(items.reporting_category_id, items.category_id, first_categories.category_id) = categories.id
    left join first_suppliers
        on
            variations.connection_id = first_suppliers.connection_id
            and variations.id = first_suppliers.variation_id
),

mentions as (
    select
        connection_id,
        catalog_object_id,
        item_name,
        variation_name,
        item_type,
        loaded_at
    from {{ source('raw_square', 'order_lines') }}
    union all
    select
        connection_id,
        catalog_object_id,
        item_name,
        variation_name,
        item_type,
        loaded_at
    from {{ source('raw_square', 'order_return_lines') }}
    union all
    select
        connection_id,
        catalog_object_id,
        null as item_name,
        null as variation_name,
        null as item_type,
        loaded_at
    from {{ source('raw_square', 'inventory_counts') }}
    union all
    select
        connection_id,
        catalog_object_id,
        null as item_name,
        null as variation_name,
        null as item_type,
        loaded_at
    from {{ source('raw_square', 'inventory_adjustments') }}
    union all
    select
        connection_id,
        catalog_object_id,
        null as item_name,
        null as variation_name,
        null as item_type,
        loaded_at
    from {{ source('raw_square', 'inventory_physical_counts') }}
),

only_mentioned as (
    select
        mentions.connection_id,
        mentions.catalog_object_id as id,
        max(mentions.item_name) as product_name,
        max(mentions.variation_name) as variant_name,
        max(case when mentions.item_type = 'GIFT_CARD' then 1 else 0 end) = 1 as is_gift_card,
        max(mentions.loaded_at) as loaded_at
    from mentions
    left join variations
        on
            mentions.connection_id = variations.connection_id
            and mentions.catalog_object_id = variations.id
    where mentions.catalog_object_id is not null and variations.id is null
    group by mentions.connection_id, mentions.catalog_object_id
),

all_items as (
    select * from catalogue
    union all
    select
        connection_id,
        id,
        product_name,
        variant_name,
        null as sku,
        null as barcode,
        null as category,
        null as unit_price,
        null as unit_cost,
        null as cost_currency,
        null as vendor_id,
        false as tracks_inventory,
        false as is_active,
        is_gift_card,
        loaded_at
    from only_mentioned
)

select
    connection_id,
    id as native_id,
    {{ unified_key('connection_id', 'id') }} as item_id,
    product_name,
    variant_name,
    sku,
    barcode,
    category,
    unit_price,
    unit_cost,
    cost_currency,
    {{ unified_key('connection_id', 'vendor_id') }} as supplier_id,
    tracks_inventory,
    is_active,
    is_gift_card,
    loaded_at
from all_items
