-- Variants of the catalogue, those that the newest reading no longer found as inactive, and those that only sales name.
with

variants as (
    select
        *,
        max(loaded_at) over (partition by connection_id) as last_read_at
    from {{ source('raw_shopify', 'product_variants') }}
),

sales as (
    select * from {{ ref('base_shopify__sales') }}
    where variant_number is not null
),

catalogue as (
    select
        connection_id,
        {{ shopify_number('id') }} as native_id,
        product_title as product_name,
        -- what Shopify calls the one variant of a product without options
        nullif(title, 'Default Title') as variant_name,
        nullif(sku, '') as sku,
        nullif(barcode, '') as barcode,
        coalesce(nullif(product_type, ''), product_category) as category,
        {{ to_decimal('price') }} as unit_price,
        {{ to_decimal('unit_cost') }} as unit_cost,
        cost_currency,
        coalesce(tracks_inventory, false) as tracks_inventory,
        coalesce(product_status, 'ACTIVE') = 'ACTIVE' and loaded_at = last_read_at as is_active,
        coalesce(is_gift_card, false) as is_gift_card,
        loaded_at
    from variants
),

only_sold as (
    select
        sales.connection_id,
        sales.variant_number as native_id,
        max(sales.item_title) as product_name,
        nullif(max(sales.variant_title), 'Default Title') as variant_name,
        max(case when sales.line_type = 'GIFT_CARD' then 1 else 0 end) = 1 as is_gift_card,
        max(sales.loaded_at) as loaded_at
    from sales
    left join catalogue
        on
            sales.connection_id = catalogue.connection_id
            and sales.variant_number = catalogue.native_id
    where catalogue.native_id is null
    group by sales.connection_id, sales.variant_number
),

all_items as (
    select * from catalogue
    union all
    select
        connection_id,
        native_id,
        product_name,
        variant_name,
        null as sku,
        null as barcode,
        null as category,
        null as unit_price,
        null as unit_cost,
        null as cost_currency,
        false as tracks_inventory,
        false as is_active,
        is_gift_card,
        loaded_at
    from only_sold
)

select
    connection_id,
    native_id,
    {{ unified_key('connection_id', 'native_id') }} as item_id,
    product_name,
    variant_name,
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
