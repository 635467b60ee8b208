-- Items as they were last listed. Deleted ones are not listed any more: they keep what was read of them before, and
-- those that only old sales name are known by these.
with

items as (
    select * from {{ source('raw_clover', 'items') }}
),

categories as (
    select
        connection_id,
        item_id,
        loaded_at,
        min(name) as name
    from {{ source('raw_clover', 'item_categories') }}
    group by connection_id, item_id, loaded_at
),

properties as (
    select
        connection_id,
        min(currency) as currency
    from {{ source('raw_clover', 'properties') }}
    group by connection_id
),

stocks as (
    select
        connection_id,
        item_id,
        max(quantity) as quantity
    from {{ source('raw_clover', 'item_stocks') }}
    group by connection_id, item_id
),

newest as (
    select
        connection_id,
        max(loaded_at) as loaded_at
    from items
    group by connection_id
),

mentions as (
    select
        connection_id,
        item_id,
        max(item_name) as name,
        min(cast(coalesce(is_revenue, true) as integer)) = 0 as is_gift_card,
        max(loaded_at) as loaded_at
    from {{ source('raw_clover', 'order_lines') }}
    where item_id is not null
    group by connection_id, item_id
),

all_items as (
    select
        items.connection_id,
        items.id,
        items.name,
        items.sku,
        items.code as barcode,
        categories.name as category,
        -- a variable price is asked for at the till
        case when coalesce(items.price_type, 'FIXED') <> 'VARIABLE' then items.price end as price,
        -- Clover writes 0 where no cost was entered
        nullif(items.cost, 0) as cost,
        coalesce(items.auto_manage, false) or stocks.quantity is not null as tracks_inventory,
        (
            items.deleted_ms is null
            and items.loaded_at = newest.loaded_at
            and not coalesce(items.hidden, false)
        ) as is_active,
        not coalesce(items.is_revenue, true) as is_gift_card,
        items.loaded_at
    from items
    inner join newest
        on items.connection_id = newest.connection_id
    left join categories
        on
            items.connection_id = categories.connection_id
            and items.id = categories.item_id
            and items.loaded_at = categories.loaded_at
    left join stocks
        on
            items.connection_id = stocks.connection_id
            and items.id = stocks.item_id

    union all

    select
        mentions.connection_id,
        mentions.item_id as id,
        mentions.name,
        null as sku,
        null as barcode,
        null as category,
        null as price,
        null as cost,
        false as tracks_inventory,
        false as is_active,
        mentions.is_gift_card,
        mentions.loaded_at
    from mentions
    left join items
        on
            mentions.connection_id = items.connection_id
            and mentions.item_id = items.id
    where items.id is null
)

select
    all_items.connection_id,
    all_items.id as native_id,
    {{ unified_key('all_items.connection_id', 'all_items.id') }} as item_id,
    all_items.name as product_name,
    cast(null as text) as variant_name,
    nullif(all_items.sku, '') as sku,
    nullif(all_items.barcode, '') as barcode,
    all_items.category,
    {{ minor_units('all_items.price', 'properties.currency') }} as unit_price,
    {{ minor_units('all_items.cost', 'properties.currency') }} as unit_cost,
    case when all_items.cost is not null then properties.currency end as cost_currency,
    cast(null as text) as supplier_id,
    all_items.tracks_inventory,
    all_items.is_active,
    all_items.is_gift_card,
    all_items.loaded_at
from all_items
left join properties
    on all_items.connection_id = properties.connection_id
