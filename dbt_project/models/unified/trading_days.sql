-- The days on which something was sold or given back, each with a version that differs whenever one of its rows was
-- rewritten, came or went. The tables by day compare it with the version that they were made of.
with

rewritten as (
    {% for relation in ['orders', 'refunds', 'return_lines'] %}
        select
            location_id,
            business_date,
            built_at
        from {{ ref(relation) }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
)

select
    location_id,
    business_date,
    {{ fingerprint_of_stamps('built_at') }} as day_version
from rewritten
group by location_id, business_date
