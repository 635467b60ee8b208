-- Which ids are one item, by the first rule that says so: the user's map, an equal barcode, an equal SKU. Two
-- different barcodes are never one item, whatever their SKUs say.
with

items as (
    {{ union_of_pos('items') }}
),

item_map as (
    select * from {{ source('raw_settings', 'item_map') }}
),

normalised as (
    select
        items.*,
        item_map.item_key as mapped_key,
        {{ normalised_barcode('items.barcode') }} as joining_barcode,
        nullif(upper(trim(items.sku)), '') as joining_sku
    from items
    left join item_map
        on items.item_id = item_map.item_id
),

barcode_groups as (
    select
        *,
        count(*) over (partition by joining_barcode) as same_barcode_count,
        min(item_id) over (partition by joining_barcode) as first_of_barcode,
        min(mapped_key) over (partition by joining_barcode) as first_key_of_barcode,
        max(mapped_key) over (partition by joining_barcode) as last_key_of_barcode
    from normalised
),

-- an item that the user mapped, or that has a barcode, has its key before SKUs are looked at; where the user gave
-- one barcode two keys, he said that it does not tell the items apart
anchored as (
    select
        *,
        case
            when mapped_key is not null then mapped_key
            when joining_barcode is null then null
            when first_key_of_barcode is null then first_of_barcode
            when first_key_of_barcode = last_key_of_barcode then first_key_of_barcode
            else item_id
        end as anchor_key,
        case
            when mapped_key is not null then 'item_map'
            when joining_barcode is null or same_barcode_count = 1 then null
            when first_key_of_barcode is null or first_key_of_barcode = last_key_of_barcode then 'barcode'
        end as anchor_rule
    from barcode_groups
),

sku_groups as (
    select
        *,
        min(anchor_key) over (partition by joining_sku) as first_anchor_of_sku,
        max(anchor_key) over (partition by joining_sku) as last_anchor_of_sku,
        min(case when anchor_key is null then item_id end) over (partition by joining_sku) as first_unanchored_of_sku,
        count(case when anchor_key is null then 1 end) over (partition by joining_sku) as unanchored_of_sku_count
    from anchored
)

select
    pos,
    connection_id,
    native_id,
    item_id,
    product_name,
    variant_name,
    sku,
    barcode,
    category,
    unit_price,
    unit_cost,
    cost_currency,
    supplier_id,
    tracks_inventory,
    is_active,
    is_gift_card,
    case
        when anchor_key is not null then anchor_key
        when joining_sku is null then item_id
        when first_anchor_of_sku = last_anchor_of_sku then first_anchor_of_sku
        else first_unanchored_of_sku
    end as item_key,
    case
        when anchor_rule is not null then anchor_rule
        when joining_sku is null then 'own'
        when first_anchor_of_sku = last_anchor_of_sku and unanchored_of_sku_count > 0 then 'sku'
        when anchor_key is null and unanchored_of_sku_count > 1 then 'sku'
        else 'own'
    end as item_key_rule,
    loaded_at
from sku_groups
