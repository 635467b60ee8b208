with

levels as (
    select * from {{ source('raw_shopify', 'inventory_levels') }}
    {{ of_new_observations('shopify', 'inventory_levels', 'observed_on', lookup='product_variants') }}
),

-- of what is not tracked Shopify tells quantities that mean nothing
variants as (
    select * from {{ source('raw_shopify', 'product_variants') }}
    where tracks_inventory
)

select
    levels.connection_id,
    {{ native_id([
        shopify_number('levels.location_id'), shopify_number('variants.id'), 'levels.observed_on'
    ]) }} as native_id,
    {{ unified_key('levels.connection_id', shopify_number('levels.location_id')) }} as location_id,
    {{ unified_key('levels.connection_id', shopify_number('variants.id')) }} as item_id,
    {% for name in ['on_hand', 'available', 'committed', 'incoming'] -%}
        {{ to_decimal("sum(case when levels.name = '" ~ name ~ "' then levels.quantity else 0 end)") }} as {{ name }},
    {% endfor -%}
    cast(levels.observed_on as date) as observed_on,
    max(levels.observed_at) as observed_at,
    max(levels.loaded_at) as loaded_at
from levels
inner join variants
    on
        levels.connection_id = variants.connection_id
        and levels.inventory_item_id = variants.inventory_item_id
group by levels.connection_id, levels.location_id, variants.id, levels.observed_on
