-- The days on which something was sold, paid or given back, each with a version that differs whenever one of its rows
-- was rewritten, came or went. The tables by day compare it with the version that they were made of.
with

locations as (
    select * from {{ ref('locations') }}
),

rewritten as (
    {% for relation in ['orders', 'refunds', 'return_lines', 'payments'] %}
        select
            location_id,
            business_date,
            built_at
        from {{ ref(relation) }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

days as (
    select
        location_id,
        business_date,
        {{ fingerprint_of_stamps('built_at') }} as version_of_rows,
        max(built_at) as built_at
    from rewritten
    group by location_id, business_date
)

select
    days.location_id,
    days.business_date,
    -- the user may give a store another name
    days.version_of_rows || ':' || coalesce(locations.location_key, days.location_id) as day_version,
    days.built_at
from days
left join locations
    on days.location_id = locations.location_id
