-- What the raw tables held when everything that follows changes was last built from them: the loads, and a fingerprint
-- of what records depend on besides. Where not all of that was built, it stays as it was. It takes in rows and is not
-- made anew: for the moment in which a table is replaced, what is built at the same time would not find it, and take
-- this build for the first. A fingerprint, whose moment is always the same, is replaced by its successor.
{{ config(
    materialized='incremental', incremental_strategy='delete+insert', on_schema_change='fail',
    unique_key=['pos', 'connection_id', 'kind', 'name', 'loaded_at'], post_hook='{{ forget_changed_records() }}'
) }}

{% for follower in followers_of_changes() %}
    {% do ref(follower) %}
{% endfor %}
{% set is_whole = builds_all_followers() %}

with

new_state as (
    select * from {{ ref('new_state') }}
    {% if execute and not is_whole %}
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
{% if is_whole or not execute %}
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
