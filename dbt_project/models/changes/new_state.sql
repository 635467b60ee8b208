-- What the raw tables hold that no whole build has taken in: see macros/changes.sql.
with

state as (
    {% for pos in var('pos') if has_rows(pos) %}
        {{ raw_state(pos) }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% else %}
        {{ no_state() }}
    {% endfor %}
)

select state.*
from state
{% if builds_changes_only() %}
    anti join {{ taken_in() }} as taken_in
        using (pos, connection_id, kind, name, loaded_at, fingerprint)
    union all
    -- what was gone and is told again
    select
        taken_in.pos,
        taken_in.connection_id,
        taken_in.kind,
        taken_in.name,
        taken_in.loaded_at,
        'no' as fingerprint
    from {{ taken_in() }} as taken_in
    anti join state
        using (pos, connection_id, kind, name)
    where taken_in.kind = 'gone' and taken_in.fingerprint = 'yes'
{% endif %}
