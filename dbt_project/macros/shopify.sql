{# The number in a global id: gid://shopify/Order/5001 is 5001. #}
{% macro shopify_number(global_id) -%}
    split_part({{ global_id }}, '/', 5)
{%- endmacro %}

{# Where an order was sold: what is sold online has no location. #}
{% macro shopify_place(location_id) -%}
    coalesce({{ shopify_number(location_id) }}, 'online')
{%- endmacro %}

{# Sum of a column over the sales of some line types. #}
{% macro shopify_sum(column, line_types) -%}
    sum(case when line_type in ('{{ line_types | join("', '") }}') then {{ column }} else 0 end)
{%- endmacro %}

{# Line types of a sale that are no goods, gift cards, tips or shipping: duties, fees and what may come later. #}
{% macro shopify_fee_types() -%}
    {{ return(['FEE', 'ADDITIONAL_FEE', 'DUTY', 'UNKNOWN']) }}
{%- endmacro %}

{# A query of orders that were deleted: connection_id and native_id. Shopify does not tell of it: such an order is missing
   from a later listing of the ids of its time. `orders` is a relation of raw orders. #}
{% macro shopify_gone_orders(orders) -%}
    select distinct
        orders.connection_id,
        orders.id as native_id
    from {{ orders }} as orders
    left join {{ source('raw_shopify', 'order_ids') }} as order_ids
        on
            orders.connection_id = order_ids.connection_id
            and orders.id = order_ids.id
    inner join {{ source('raw_shopify', 'order_listings') }} as order_listings
        on
            orders.connection_id = order_listings.connection_id
            and orders.processed_at >= order_listings.listed_from
            and orders.processed_at < order_listings.listed_until
            and orders.loaded_at < order_listings.loaded_at
            and coalesce(order_ids.loaded_at, orders.loaded_at) < order_listings.loaded_at
{%- endmacro %}

{# A query of the observations of stock whose item Shopify did not tell before, or whose item is tracked since this build,
   or no longer: item_id and observed_on. #}
{% macro shopify_retold_stock() -%}
    select
        {{ unified_key('levels.connection_id', shopify_number('variants.id')) }} as item_id,
        cast(levels.observed_on as date) as observed_on
    from {{ source('raw_shopify', 'inventory_levels') }} as levels
    inner join {{ source('raw_shopify', 'product_variants') }} as variants
        on
            levels.connection_id = variants.connection_id
            and levels.inventory_item_id = variants.inventory_item_id
    inner join {{ api.Relation.create(target.database, 'staging', 'new_state') }} as new_state
        on
            new_state.pos = 'shopify'
            and new_state.kind = 'lookup'
            and levels.connection_id = new_state.connection_id
            and 'product_variants ' || levels.inventory_item_id = new_state.name
{%- endmacro %}

{# See changes_of. A sale is loaded with its agreement; what is told of stock counts while its item is tracked. #}
{% macro changes_of_shopify() -%}
    {{ return({
        'records': {
            'orders': ['id'],
            'order_transactions': ['order_id'],
            'sales_agreements': ['order_id'],
        },
        'observations': ['inventory_levels'],
        'references': {
            'shop': ['id', 'timezone', 'currency', 'business_day_cutoff_minutes'],
        },
        'lookups': {
            'product_variants': {'key': 'inventory_item_id', 'columns': ['id', 'tracks_inventory']},
        },
        'gone': shopify_gone_orders(source('raw_shopify', 'orders')),
        'retold': {'inventory_levels': shopify_retold_stock()},
    }) }}
{%- endmacro %}
