{# One row a connection and raw table: when it was last loaded, the time of its newest record, its rows, and how many
   were rejected. `tables` maps each table to the column with its records' own time (none: it has no such column);
   `rejected_as` names the table that all rejected rows belong to where their source is a file, not a table. #}
{% macro raw_tables(source_name, tables, rejected_as=none) -%}
with

loaded as (
    {%- for name, record_time in tables.items() %}
    select
        connection_id,
        '{{ name }}' as table_name,
        {{ 'max(' ~ record_time ~ ')' if record_time else 'cast(null as timestamptz)' }} as last_record_at,
        count(*) as row_count,
        max(loaded_at) as loaded_at
    from {{ source(source_name, name) }}
    group by connection_id
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

rejected_rows as (
    select
        connection_id,
        {{ "'" ~ rejected_as ~ "'" if rejected_as else 'source' }} as table_name,
        loaded_at
    from {{ source(source_name, 'rejected_rows') }}
),

rejected as (
    select
        connection_id,
        table_name,
        count(*) as rejected_count,
        max(loaded_at) as loaded_at
    from rejected_rows
    group by connection_id, table_name
)

select
    coalesce(loaded.connection_id, rejected.connection_id) as connection_id,
    coalesce(loaded.table_name, rejected.table_name) as table_name,
    loaded.last_record_at,
    coalesce(loaded.row_count, 0) as row_count,
    coalesce(rejected.rejected_count, 0) as rejected_count,
    coalesce(loaded.loaded_at, rejected.loaded_at) as loaded_at
from loaded
full outer join rejected
    on
        loaded.connection_id = rejected.connection_id
        and loaded.table_name = rejected.table_name
{%- endmacro %}
