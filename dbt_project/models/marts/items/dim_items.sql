with

items as (
    select * from {{ ref('items') }}
),

item_days as (
    select * from {{ ref('item_daily_revenue') }}
    where lines_sold > 0
),

sold_days as (
    select
        item_id,
        min(business_date) as first_sold_on,
        max(business_date) as last_sold_on
    from item_days
    group by item_id
),

-- One SKU under two barcodes: either the SKU or a barcode is wrong. Barcodes are compared as they join items.
conflicting_skus as (
    select upper(trim(sku)) as joining_sku
    from items
    where nullif(trim(sku), '') is not null
    group by upper(trim(sku))
    having min({{ normalised_barcode('barcode') }}) <> max({{ normalised_barcode('barcode') }})
)

select
    items.item_id,
    items.connection_id,
    items.pos,
    items.native_id,
    items.item_key,
    items.item_key_rule,
    {{ item_name('items.product_name', 'items.variant_name', 'items.item_key') }} as item_name,
    items.product_name,
    items.variant_name,
    items.sku,
    items.barcode,
    items.category,
    items.unit_price,
    items.unit_cost,
    items.cost_currency,
    items.supplier_id,
    items.tracks_inventory,
    items.is_active,
    items.is_gift_card,
    sold_days.first_sold_on,
    sold_days.last_sold_on,
    conflicting_skus.joining_sku is not null as has_barcode_conflict
from items
left join sold_days
    on items.item_id = sold_days.item_id
left join conflicting_skus
    on upper(trim(items.sku)) = conflicting_skus.joining_sku
