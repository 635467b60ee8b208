{%- set settings = {
    'lead_time_days': 'decimal(18, 4)', 'lead_time_sd_days': 'decimal(18, 4)', 'review_period_days': 'integer',
    'service_level': 'decimal(18, 4)', 'pack_size': 'decimal(18, 4)', 'minimum_order': 'decimal(18, 4)',
    'max_stock': 'decimal(18, 4)', 'shelf_life_days': 'integer',
} -%}

with settings as (
    select * from {{ source('raw_settings', 'replenishment') }}
),

positions as (
    select * from {{ ref('inventory_position') }}
),

item_attributes as (
    select * from {{ ref('item_attributes') }}
),

-- An item's row may name it by item_key, by the id in one system, or by SKU.
item_names as (
    select * from {{ ref('item_names') }}
),

ranked_item_settings as (
    select
        item_names.item_key,
        settings.*,
        row_number() over (
            partition by item_names.item_key
            order by item_names.preference, settings.key
        ) as preference
    from item_names
    inner join settings on item_names.given_name = settings.key and settings.scope = 'item'
),

item_settings as (
    select * from ranked_item_settings
    where preference = 1
),

supplier_settings as (
    select * from settings
    where scope = 'supplier'
),

category_settings as (
    select * from settings
    where scope = 'category'
),

default_settings as (
    select * from settings
    where scope = 'default'
),

in_force as (
    select
        {%- for name, type in settings.items() %}
            cast(
                coalesce(
                    item_settings.{{ name }},
                    supplier_settings.{{ name }},
                    category_settings.{{ name }},
                    default_settings.{{ name }}
                ) as {{ type }}
            ) as {{ name }},
        {%- endfor %}
        positions.location_key,
        positions.item_key
    from positions
    inner join item_attributes on positions.item_key = item_attributes.item_key
    cross join default_settings
    left join item_settings on positions.item_key = item_settings.item_key
    left join supplier_settings on item_attributes.supplier_id = supplier_settings.key
    left join category_settings on item_attributes.category = category_settings.key
)

select
    location_key,
    item_key,
    {%- for name in settings %}
        {{ name }},
    {%- endfor %}
    greatest(1, cast(ceil(lead_time_days + review_period_days) as integer)) as protection_days
from in_force
