-- What the raw tables held when everything that follows changes was last built from them: the loads, and a fingerprint
-- of what records depend on besides. Where not all of that was built, it stays as it was.
{% set followers = tables_of_records() + tables_of_observations() + ['changed_records', 'new_state'] %}
{% for pos in var('pos') if has_rows(pos) %}
    {% do followers.extend(changes_of(pos).kept) %}
{% endfor %}
{% set names = [] %}
{% for follower in followers %}
    {% do names.append(ref(follower).identifier) %}
{% endfor %}
{% set built = selected_resources | map('replace', 'model.pos_warehouse.', '') | list %}
{% set unbuilt = names | reject('in', built) | list %}

{% set before = taken_in() if execute and not flags.FULL_REFRESH else none %}
with

new_state as (
    select * from {{ ref('new_state') }}
    {% if unbuilt and execute %}
        where 1 = 0
    {% endif %}
)

select
    pos,
    connection_id,
    kind,
    name,
    loaded_at,
    fingerprint
from new_state
{% if not unbuilt %}
    union all
    -- the project that built it: another one has to build everything anew
    select
        '' as pos,
        '' as connection_id,
        'project' as kind,
        '' as name,
        timestamptz '1970-01-01 00:00:00+00' as loaded_at,
        '{{ env_var("POS_PROJECT_VERSION", "") if execute else "" }}' as fingerprint
{% endif %}
{% if before %}
    union all
    select
        taken_in.pos,
        taken_in.connection_id,
        taken_in.kind,
        taken_in.name,
        taken_in.loaded_at,
        taken_in.fingerprint
    from {{ before }} as taken_in
    -- a fingerprint is replaced by its successor
    anti join new_state
        on
            taken_in.kind <> 'load'
            and taken_in.pos = new_state.pos
            and taken_in.connection_id = new_state.connection_id
            and taken_in.kind = new_state.kind
            and taken_in.name = new_state.name
    {% if not unbuilt %}
        where taken_in.kind <> 'project'
    {% endif %}
{% endif %}
