with settings as (
    select * from {{ source('raw_settings', 'replenishment') }}
),

lead_times as (
    select * from {{ ref('learnt_lead_times') }}
),

positions as (
    select * from {{ ref('inventory_position') }}
),

item_attributes as (
    select * from {{ ref('item_attributes') }}
),

suppliers as (
    select * from {{ ref('suppliers') }}
),

locations as (
    select * from {{ ref('locations') }}
),

planned as (
    select
        positions.location_key,
        positions.item_key,
        item_attributes.supplier_id,
        item_attributes.category
    from positions
    inner join item_attributes on positions.item_key = item_attributes.item_key
),

-- A row may name an item by item_key, by the id in one system, or by SKU; a supplier by id or by name.
item_names as (
    select * from {{ ref('item_names') }}
),

location_names as (
    select
        location_key,
        location_key as name
    from locations
    union
    select
        location_key,
        location_id as name
    from locations
    union
    select
        location_key,
        name
    from locations
),

-- The scopes of an item in a store, from the narrowest to the widest.
scopes as (
    select
        planned.location_key,
        planned.item_key,
        'item' as scope,
        item_names.given_name as key,
        10 + item_names.preference as width
    from planned
    inner join item_names on planned.item_key = item_names.item_key
    union all
    select
        location_key,
        item_key,
        'supplier' as scope,
        supplier_id as key,
        20 as width
    from planned
    union all
    select
        planned.location_key,
        planned.item_key,
        'supplier' as scope,
        suppliers.name as key,
        21 as width
    from planned
    inner join suppliers on planned.supplier_id = suppliers.supplier_id
    union all
    select
        location_key,
        item_key,
        'category' as scope,
        category as key,
        30 as width
    from planned
    union all
    select
        location_key,
        item_key,
        'default' as scope,
        '' as key,
        40 as width
    from planned
    union all
    select
        location_key,
        item_key,
        'built_in' as scope,
        '' as key,
        60 as width
    from planned
),

placed_settings as (
    select
        settings.*,
        location_names.location_key
    from settings
    left join location_names on settings.location = location_names.name
    where settings.location is null or location_names.location_key is not null
),

applying as (
    select
        scopes.location_key,
        scopes.item_key,
        case
            when placed_settings.line is null then 'built in'
            else
                'line ' || placed_settings.line || ' ('
                || concat_ws(' ', placed_settings.scope, placed_settings.key, 'in ' || placed_settings.location) || ')'
        end as source,
        case when placed_settings.location is null then 1 else 0 end as for_all_stores,
        placed_settings.line,
        scopes.width,
        {%- for name in replenishment_rules() %}
            placed_settings.{{ name }}
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from scopes
    inner join placed_settings
        on
            scopes.scope = placed_settings.scope
            and scopes.key = coalesce(placed_settings.key, '')
            and scopes.location_key = coalesce(placed_settings.location_key, scopes.location_key)
    union all
    select
        planned.location_key,
        planned.item_key,
        lead_times.received_orders || ' received orders' as source,
        0 as for_all_stores,
        null as line,
        50 as width,
        {%- for name, type in replenishment_rules().items() %}
            {% if name in ('lead_time_days', 'lead_time_sd_days') %}lead_times.{{ name }}
            {%- else %}cast(null as {{ type }}) as {{ name }}{% endif %}
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from planned
    inner join lead_times
        on
            planned.supplier_id = lead_times.supplier_id
            and planned.location_key = lead_times.location_key
),

ranked as (
    select
        *,
        row_number() over (
            partition by location_key, item_key
            order by floor(width / 10), for_all_stores, width, line
        ) as preference
    from applying
)

-- Each setting is that of the most preferred row that gives it.
select
    location_key,
    item_key,
    {%- for name, type in replenishment_rules().items() %}
        cast(min_by({{ name }}, case when {{ name }} is not null then preference end) as {{ type }}) as {{ name }},
        min_by(source, case when {{ name }} is not null then preference end) as {{ name }}_source
        {%- if not loop.last %},{% endif %}
    {%- endfor %}
from ranked
group by location_key, item_key
