{# Stores of a system: those that it lists, and those that only its sales name. What names no store has one of its own,
   with the id none, so that no sale is lost for want of a place. Stores that are not listed have the clock, the currency
   and the close of day of the connection's first store.

   `listed` is a relation of connection_id, id, name, timezone, currency, business_day_cutoff_minutes, is_active and
   loaded_at; `mentioned` one of connection_id, id (null: none) and loaded_at, any number of rows a store. #}
{% macro listed_and_mentioned_stores(listed, mentioned) -%}
    select
        connection_id,
        id,
        name,
        timezone,
        currency,
        business_day_cutoff_minutes,
        is_active,
        loaded_at
    from {{ listed }}

    union all

    select
        mentioned_stores.connection_id,
        mentioned_stores.id,
        case when mentioned_stores.id = 'none' then 'No location' end as name,
        homes.timezone,
        homes.currency,
        homes.business_day_cutoff_minutes,
        true as is_active,
        mentioned_stores.loaded_at
    from (
        select
            connection_id,
            {{ store_or_none('id') }} as id,
            max(loaded_at) as loaded_at
        from {{ mentioned }}
        group by connection_id, {{ store_or_none('id') }}
    ) as mentioned_stores
    left join {{ listed }} as listed_stores
        on
            mentioned_stores.connection_id = listed_stores.connection_id
            and mentioned_stores.id = listed_stores.id
    left join (
        select
            *,
            row_number() over (partition by connection_id order by is_active desc, id asc) as place
        from {{ listed }}
    ) as homes
        on
            mentioned_stores.connection_id = homes.connection_id
            and homes.place = 1
    where listed_stores.id is null
{%- endmacro %}

{# The id of a store, or of the one for what names no store. #}
{% macro store_or_none(id) -%}
    coalesce({{ id }}, 'none')
{%- endmacro %}
