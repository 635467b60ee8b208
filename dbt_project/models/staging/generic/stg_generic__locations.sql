-- Stores from a list of their own, and those that only other records name. Without a list and without a name the
-- connection is the one store. A table, because it is worked out from all records, and read often.
{{ config(materialized='table') }}
{% set mentioning = ['orders', 'payments', 'refunds', 'inventory_levels'] %}
with

locations as (
    select * from {{ source('raw_generic', 'locations') }}
),

mentions as (
    {% for name in mentioning %}
        select
            connection_id,
            location_id,
            default_timezone,
            default_currency,
            business_day_cutoff_minutes,
            store_name,
            max({{ 'currency' if name != 'inventory_levels' else 'default_currency' }}) as currency,
            max(loaded_at) as loaded_at
        from {{ source('raw_generic', name) }}
        group by
            connection_id, location_id, default_timezone, default_currency, business_day_cutoff_minutes, store_name
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

-- Every row bears the settings of its connection at the time of its load; in force are those of the last one.
settings as (
    select
        connection_id,
        default_timezone,
        default_currency,
        business_day_cutoff_minutes,
        store_name
    from mentions
    qualify row_number() over (partition by connection_id order by loaded_at desc) = 1
),

only_mentioned as (
    select
        mentions.connection_id,
        mentions.location_id,
        max(mentions.currency) as currency,
        max(mentions.loaded_at) as loaded_at
    from mentions
    left join locations
        on
            mentions.connection_id = locations.connection_id
            and mentions.location_id = locations.location_id
    where locations.location_id is null
    group by mentions.connection_id, mentions.location_id
),

all_locations as (
    select
        connection_id,
        location_id,
        name,
        coalesce(timezone, default_timezone) as timezone,
        coalesce(currency, default_currency) as currency,
        business_day_cutoff_minutes,
        is_active,
        loaded_at
    from locations
    union all
    select
        only_mentioned.connection_id,
        only_mentioned.location_id,
        case
            when only_mentioned.location_id = only_mentioned.connection_id then settings.store_name
            else only_mentioned.location_id
        end as name,
        settings.default_timezone as timezone,
        coalesce(settings.default_currency, only_mentioned.currency) as currency,
        settings.business_day_cutoff_minutes,
        true as is_active,
        only_mentioned.loaded_at
    from only_mentioned
    inner join settings
        on only_mentioned.connection_id = settings.connection_id
)

select
    connection_id,
    location_id as native_id,
    {{ unified_key('connection_id', 'location_id') }} as location_id,
    coalesce(name, location_id) as name,
    coalesce(timezone, 'UTC') as timezone,
    -- ISO 4217's code for no currency
    coalesce(currency, 'XXX') as currency,
    coalesce(business_day_cutoff_minutes, 0) as business_day_cutoff_minutes,
    coalesce(is_active, true) as is_active,
    loaded_at
from all_locations
