{%- set settings = {
    'lead_time_days': 'decimal(18, 4)', 'lead_time_sd_days': 'decimal(18, 4)', 'review_period_days': 'integer',
    'order_days': 'text', 'service_kind': 'text', 'service_level': 'decimal(18, 4)', 'pack_size': 'decimal(18, 4)',
    'minimum_order': 'decimal(18, 4)', 'max_stock': 'decimal(18, 4)', 'shelf_life_days': 'integer',
    'salvage_value': 'decimal(18, 4)',
} -%}
{#- Where these come from depends on what is in force. -#}
{%- set sources = {
    'review_period_days': 'case when order_days is null then review_period_days_source end',
    'service_level': "case when kind_in_force = 'newsvendor' then 'price and cost' else service_level_source end",
} -%}

with settings as (
    select * from {{ source('raw_settings', 'replenishment') }}
),

lead_times as (
    select * from {{ ref('learnt_lead_times') }}
),

positions as (
    select * from {{ ref('inventory_position') }}
),

economics as (
    select * from {{ ref('item_unit_economics') }}
),

item_attributes as (
    select * from {{ ref('item_attributes') }}
),

items as (
    select * from {{ ref('items') }}
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
    select
        item_key,
        item_key as name,
        1 as preference
    from items
    union
    select
        item_key,
        item_id as name,
        2 as preference
    from items
    union
    select
        item_key,
        sku as name,
        3 as preference
    from items
    where sku is not null
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
        item_names.name as key,
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
        {%- for name in settings %}
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
        {%- for name, type in settings.items() %}
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
),

-- Each setting is that of the most preferred row that gives it.
looked_up as (
    select
        location_key,
        item_key,
        {%- for name, type in settings.items() %}
            cast(min_by({{ name }}, case when {{ name }} is not null then preference end) as {{ type }}) as {{ name }},
            min_by(source, case when {{ name }} is not null then preference end) as {{ name }}_source
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from ranked
    group by location_key, item_key
),

-- Two weeks hold the next two days on which an order can be placed, whichever they are.
calendar as (
    {{ date_spine(as_of_date(), add_days(as_of_date(), 13)) }}
),

given_order_days as (
    select distinct order_days
    from looked_up
    where order_days is not null
),

numbered_order_days as (
    select
        given_order_days.order_days,
        {{ days_between(as_of_date(), 'calendar.date_day') }} as days_ahead,
        row_number() over (
            partition by given_order_days.order_days
            order by calendar.date_day
        ) as chance
    from given_order_days
    inner join calendar
        on given_order_days.order_days like '%' || {{ weekday_word('calendar.date_day') }} || '%'
),

order_calendars as (
    select
        order_days,
        min(days_ahead) as order_wait_days,
        max(days_ahead) - min(days_ahead) as review_period_days
    from numbered_order_days
    where chance <= 2
    group by order_days
),

timed as (
    select
        looked_up.*,
        economics.unit_price,
        economics.unit_cost,
        coalesce(order_calendars.order_wait_days, 0) as order_wait_days,
        coalesce(order_calendars.review_period_days, looked_up.review_period_days) as review_days,
        {{ critical_ratio('economics.unit_price', 'economics.unit_cost', 'looked_up.salvage_value') }}
            as critical_ratio
    from looked_up
    inner join economics
        on
            looked_up.location_key = economics.location_key
            and looked_up.item_key = economics.item_key
    left join order_calendars on looked_up.order_days = order_calendars.order_days
),

-- What is left of goods that spoil before the next delivery is lost, so that it has to pay for itself.
aimed as (
    select
        *,
        coalesce(service_kind, case when shelf_life_days <= review_days then 'newsvendor' else 'cycle_service' end)
            as wanted_kind
    from timed
),

decided as (
    select
        *,
        case when wanted_kind = 'newsvendor' and critical_ratio is null then 'cycle_service' else wanted_kind end
            as kind_in_force
    from aimed
)

select
    location_key,
    item_key,
    lead_time_days,
    lead_time_sd_days,
    cast(review_days as integer) as review_period_days,
    order_days,
    cast(order_wait_days as integer) as order_wait_days,
    kind_in_force as service_kind,
    case
        when kind_in_force = 'newsvendor'
            then {{ to_decimal('least(0.999, greatest(0.01, critical_ratio))') }}
        else service_level
    end as service_level,
    pack_size,
    minimum_order,
    max_stock,
    shelf_life_days,
    unit_price,
    unit_cost,
    salvage_value,
    -- In some engines the least of a number and nothing is nothing.
    greatest(
        1,
        cast(
            ceil(order_wait_days + lead_time_days + least(review_days, coalesce(shelf_life_days, review_days)))
            as integer
        )
    ) as protection_days,
    concat_ws(
        ' ',
        case
            when wanted_kind = kind_in_force then null
            when unit_price is null then 'newsvendor_without_price'
            when unit_cost is null then 'newsvendor_without_cost'
            when unit_price <= unit_cost then 'newsvendor_without_margin'
            else 'salvage_not_below_cost'
        end,
        case when minimum_order > max_stock then 'minimum_above_max_stock' end,
        case when pack_size > max_stock then 'pack_above_max_stock' end,
        case when shelf_life_days < review_days then 'shelf_life_below_review_period' end
    ) as settings_codes,
    concat_ws(
        '; ',
        {%- for name in settings %}
            '{{ name }}: ' || {{ sources.get(name, name ~ '_source') }}
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    ) as settings_source
from decided
