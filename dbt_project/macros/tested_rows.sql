{# What data tests read. A build that follows changes tests what it changed; a full refresh tests everything. #}
{% macro get_where_subquery(relation) -%}
    {%- set conditions = [] -%}
    {%- if config.get('where') -%}{%- do conditions.append(config.get('where')) -%}{%- endif -%}
    {#- a raw table may have the name of a unified one -#}
    {%- if builds_changes_only() and relation.schema in ('unified', 'marts') -%}
        {%- if relation.identifier in tables_of_records() -%}
            {%- do conditions.append(is_of_changed_record()) -%}
        {%- elif relation.identifier in tables_of_days() -%}
            {%- do conditions.append(is_of_changed_day()) -%}
        {%- elif relation.identifier in tables_of_observations() -%}
            {%- do conditions.append(is_newly_observed()) -%}
        {%- endif -%}
    {%- endif -%}
    {%- if conditions -%}
        (select * from {{ relation }} where {{ conditions | join(' and ') }}) as tested
    {%- else -%}
        {{ relation }}
    {%- endif -%}
{%- endmacro %}

{# The condition on a table of observations: those that came with a load that this build is the first to take in. #}
{% macro is_newly_observed() -%}
    (connection_id, loaded_at) in (
        select (new_state.connection_id, new_state.loaded_at)
        from {{ api.Relation.create(target.database, 'staging', 'new_state') }} as new_state
        where new_state.kind = 'load'
    )
{%- endmacro %}
