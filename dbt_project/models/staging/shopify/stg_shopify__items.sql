-- Variants of the catalogue, those that the newest reading no longer found as inactive, and those that only sales name.
with

variants as (
    select
        *,
        max(loaded_at) over (partition by connection_id) as last_read_at
    from {{ source('raw_shopify', 'product_variants') }}
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

-- few of all sales, so that these alone are held against the orders' newest readings
sales_of_others as (
    select
        sales.connection_id,
        sales.agreement_id,
        sales.variant_id,
        sales.item_title,
        sales.variant_title,
        sales.line_type,
        sales.loaded_at
    from {{ source('raw_shopify', 'sales') }} as sales
    left join variants
        on
            sales.connection_id = variants.connection_id
            and sales.variant_id = variants.id
    where sales.variant_id is not null and variants.id is null
),

only_sold as (
    select
        sales.connection_id,
        {{ shopify_number('sales.variant_id') }} as native_id,
        max(sales.item_title) as product_name,
        nullif(max(sales.variant_title), 'Default Title') as variant_name,
        max(case when sales.line_type = 'GIFT_CARD' then 1 else 0 end) = 1 as is_gift_card,
        max(sales.loaded_at) as loaded_at
    from sales_of_others as sales
    inner join {{ source('raw_shopify', 'sales_agreements') }} as agreements
        on
            sales.connection_id = agreements.connection_id
            and sales.agreement_id = agreements.id
            and sales.loaded_at = agreements.loaded_at
    inner join {{ source('raw_shopify', 'orders') }} as orders
        on
            agreements.connection_id = orders.connection_id
            and agreements.order_id = orders.id
            and agreements.loaded_at = orders.loaded_at
    group by sales.connection_id, sales.variant_id
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
