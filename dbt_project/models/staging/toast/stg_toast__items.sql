-- Items of the menus, of the configuration, and those that only sales or stock name. An item of several restaurants is
-- told as the first of them has it.
with

menu_items as (
    select
        *,
        loaded_at = max(loaded_at) over (partition by connection_id, restaurant_guid) as is_published,
        row_number() over (partition by connection_id, guid order by loaded_at desc, restaurant_guid asc) as place
    from {{ source('raw_toast', 'menu_items') }}
),

configured_items as (
    select
        *,
        row_number() over (partition by connection_id, guid order by loaded_at desc, restaurant_guid asc) as place
    from {{ source('raw_toast', 'configured_items') }}
),

sales_categories as (
    select
        connection_id,
        guid,
        max(name) as name
    from {{ source('raw_toast', 'sales_categories') }}
    group by connection_id, guid
),

stock as (
    select
        connection_id,
        guid,
        max(case when status = 'QUANTITY' then 1 else 0 end) = 1 as is_counted,
        max(loaded_at) as loaded_at
    from {{ source('raw_toast', 'stock') }}
    group by connection_id, guid
),

sold_items as (
    select
        connection_id,
        item_guid as guid,
        max(sales_category_guid) as sales_category_guid,
        max(loaded_at) as loaded_at
    from {{ source('raw_toast', 'selections') }}
    where item_guid is not null
    group by connection_id, item_guid
),

mentions as (
    select
        connection_id,
        guid,
        loaded_at
    from menu_items
    union all
    select
        connection_id,
        guid,
        loaded_at
    from configured_items
    union all
    select
        connection_id,
        guid,
        loaded_at
    from stock
    union all
    select
        connection_id,
        guid,
        loaded_at
    from sold_items
),

all_items as (
    select
        connection_id,
        guid,
        max(loaded_at) as loaded_at
    from mentions
    group by connection_id, guid
)

select
    all_items.connection_id,
    all_items.guid as native_id,
    {{ unified_key('all_items.connection_id', 'all_items.guid') }} as item_id,
    coalesce(menu_items.name, configured_items.name) as product_name,
    cast(null as text) as variant_name,
    coalesce(nullif(menu_items.sku, ''), nullif(configured_items.sku, '')) as sku,
    cast(null as text) as barcode,
    coalesce(menu_items.sales_category, sales_categories.name) as category,
    {{ to_decimal('menu_items.price') }} as unit_price,
    cast(null as {{ decimal_type() }}) as unit_cost,
    cast(null as text) as cost_currency,
    cast(null as text) as supplier_id,
    coalesce(stock.is_counted, false) as tracks_inventory,
    coalesce(menu_items.is_published, false) as is_active,
    coalesce(menu_items.is_deferred, false) as is_gift_card,
    all_items.loaded_at
from all_items
left join menu_items
    on
        all_items.connection_id = menu_items.connection_id
        and all_items.guid = menu_items.guid
        and menu_items.place = 1
left join configured_items
    on
        all_items.connection_id = configured_items.connection_id
        and all_items.guid = configured_items.guid
        and configured_items.place = 1
left join stock
    on
        all_items.connection_id = stock.connection_id
        and all_items.guid = stock.guid
left join sold_items
    on
        all_items.connection_id = sold_items.connection_id
        and all_items.guid = sold_items.guid
left join sales_categories
    on
        all_items.connection_id = sales_categories.connection_id
        and sold_items.sales_category_guid = sales_categories.guid
