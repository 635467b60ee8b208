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
            max(default_timezone) as default_timezone,
            max(default_currency) as default_currency,
            max({{ 'currency' if name != 'inventory_levels' else 'default_currency' }}) as currency,
            max(business_day_cutoff_minutes) as business_day_cutoff_minutes,
            max(store_name) as store_name,
            max(loaded_at) as loaded_at
        from {{ source('raw_generic', name) }}
        group by connection_id, location_id
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

only_mentioned as (
    select
        mentions.connection_id,
        mentions.location_id,
        max(mentions.default_timezone) as timezone,
        coalesce(max(mentions.default_currency), max(mentions.currency)) as currency,
        max(mentions.business_day_cutoff_minutes) as business_day_cutoff_minutes,
        max(mentions.store_name) as store_name,
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
        connection_id,
        location_id,
        case when location_id = connection_id then store_name else location_id end as name,
        timezone,
        currency,
        business_day_cutoff_minutes,
        true as is_active,
        loaded_at
    from only_mentioned
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
