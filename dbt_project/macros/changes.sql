{# How a build follows what changed, instead of the history.

   The rows that tell of one thing that happened at a till (an order with its lines, payments and what was given back
   in it; a return; a refund) are a record. A raw row belongs to the record that its key names. Each load stamps its
   rows with its own loaded_at, so the loads that no build has taken in yet name the records that changed:
   stg_<pos>__changed_records. The staging of orders reads these alone, the unified layer replaces them whole, and at
   the end taken_in remembers the loads. A build that fails remembers none, and the next one does its work again: it
   replaces what that one was to replace, too, because only some tables may have it.

   What a record depends on beside its own rows (a store's time zone, the name of a dining option) is compared by
   fingerprint: where it differs, every record of the connection has changed. A record that the vendor no longer tells has
   no new row that says so: taken_in remembers which ones these are. With --full-refresh, and before the first build has
   ended, everything has changed. A system without a model of changed records is replaced whole in every build. #}

{# Of a system, from its macro changes_of_<pos>: `records`, the raw tables whose rows belong to records, with the keys of
   the records; `observations`, those in which each row stands for itself; `references`, what its records depend on
   besides, with the columns that matter.

   And where it has them: `derived_references`, as `references`, but staging models; `lookups`, raw tables of many rows of
   which a record depends on a few, with the column by which it names them and the others that matter: the records that
   name a changed row are found in changed_lookups; `kept`, staging models that replace records themselves; `gone`, a
   query (connection_id, native_id) of the records that the vendor no longer tells; `withdrawn`, entities of observations
   that may come to be untold: of this system they are taken in whole; `retold`, of an entity of observations a query
   (item_id, observed_on) of those that mean something else since this build, or nothing. #}
{% macro changes_of(pos) -%}
    {%- set changes = {
        'records': {}, 'observations': [], 'references': {}, 'derived_references': {}, 'lookups': {}, 'kept': [],
        'gone': none, 'withdrawn': [], 'retold': {},
    } -%}
    {%- if 'changed_records' not in var('pos')[pos] -%}
        {%- do changes.update(context['changes_of_' ~ pos]()) -%}
    {%- endif -%}
    {{ return(changes) }}
{%- endmacro %}

{# What the last whole build took in, as a relation; none before it. It is not a ref: it is written at the end of what
   reads it. #}
{% macro taken_in() -%}
    {{ return(adapter.get_relation(target.database, 'staging', 'taken_in') if execute else none) }}
{%- endmacro %}

{# A full refresh begins from nothing. Where it does not end, some tables are as they were and what it was to replace is
   not known, so that the next build has to be a whole one. #}
{% macro forget_what_was_taken_in() -%}
    {%- if flags.FULL_REFRESH and taken_in() is not none -%}
        {%- do adapter.drop_relation(taken_in()) -%}
    {%- endif -%}
{%- endmacro %}

{# Whether this build reads only the records that changed. #}
{% macro builds_changes_only() -%}
    {{ return(
        execute and not flags.FULL_REFRESH and model.resource_type != 'unit_test' and taken_in() is not none
    ) }}
{%- endmacro %}

{# A query of what a system's raw tables hold of each connection: its loads, and a fingerprint of what its records depend
   on besides. #}
{% macro raw_state(pos) -%}
    {%- set source_name, changes = 'raw_' ~ pos, changes_of(pos) -%}
    {%- for table in changes.records.keys() | list + changes.observations %}
    select
        '{{ pos }}' as pos,
        connection_id,
        'load' as kind,
        '' as name,
        loaded_at,
        '' as fingerprint
    from {{ source(source_name, table) }}
    group by connection_id, loaded_at
    union
    {%- endfor %}
    {%- set references = [] -%}
    {%- for table, columns in changes.references.items() -%}
        {%- do references.append((table, source(source_name, table), columns)) -%}
    {%- endfor -%}
    {%- for model, columns in changes.derived_references.items() -%}
        {%- do references.append((model, ref(model), columns)) -%}
    {%- endfor -%}
    {%- for name, relation, columns in references %}
    select
        '{{ pos }}' as pos,
        connection_id,
        'reference' as kind,
        '{{ name }}' as name,
        timestamptz '1970-01-01 00:00:00+00' as loaded_at,
        {{ fingerprint(columns) }} as fingerprint
    from {{ relation }}
    group by connection_id
    union
    {%- endfor %}
    {%- if changes.gone %}
    select
        '{{ pos }}' as pos,
        connection_id,
        'gone' as kind,
        native_id as name,
        timestamptz '1970-01-01 00:00:00+00' as loaded_at,
        'yes' as fingerprint
    from (
        {{ changes.gone }}
    ) as gone
    union
    {%- endif %}
    {%- for table, lookup in changes.lookups.items() %}
    select
        '{{ pos }}' as pos,
        connection_id,
        'lookup' as kind,
        '{{ table }} ' || {{ lookup.key }} as name,
        timestamptz '1970-01-01 00:00:00+00' as loaded_at,
        {{ fingerprint(lookup.columns) }} as fingerprint
    from {{ source(source_name, table) }}
    where {{ lookup.key }} is not null
    group by connection_id, {{ lookup.key }}
    union
    {%- endfor %}
    {{ no_state() }}
{%- endmacro %}

{# The same of no system. #}
{% macro no_state() -%}
    select
        cast(null as text) as pos,
        cast(null as text) as connection_id,
        cast(null as text) as kind,
        cast(null as text) as name,
        cast(null as timestamptz) as loaded_at,
        cast(null as text) as fingerprint
    where 1 = 0
{%- endmacro %}

{# Aggregate: a text that differs when a value in one of these columns does. #}
{% macro fingerprint(columns) -%}
    {{ return(adapter.dispatch('fingerprint')(columns)) }}
{%- endmacro %}

{% macro default__fingerprint(columns) -%}
    cast(bit_xor(hash({{ columns | join(', ') }})) as text)
{%- endmacro %}

{% macro spark__fingerprint(columns) -%}
    cast(bit_xor(xxhash64({{ columns | join(', ') }})) as text)
{%- endmacro %}

{# A query of the records that new loads name: connection_id and native_id. It needs a CTE new_state before it. #}
{% macro touched_records(pos) -%}
    {%- if execute and not builds_changes_only() %}
    select
        connection_id,
        name as native_id
    from new_state
    where 1 = 0
    {%- else -%}
    {%- for table, keys in changes_of(pos).records.items() %}
        {%- for key in keys %}
    select
        connection_id,
        {{ key }} as native_id
    from {{ source('raw_' ~ pos, table) }}
    where
        {{ key }} is not null
        and {{ is_newly_loaded(pos) }}
    {{ 'union' if not loop.last }}
        {%- endfor %}
    {{ 'union' if not loop.last }}
    {%- endfor %}
    {%- if changes_of(pos).gone %}
    union
    select
        connection_id,
        name as native_id
    from new_state
    where kind = 'gone'
    {%- endif %}
    {%- if builds_changes_only() and load_relation(this) is not none %}
    -- of a build that did not end: some tables have what it read, and it may have changed back since
    union
    select
        connection_id,
        native_id
    from {{ this }}
    {%- endif %}
    {%- endif -%}
{%- endmacro %}

{# The models that have to be built for the loads to be taken in. #}
{% macro followers_of_changes() -%}
    {%- set followers = tables_of_records() + tables_of_observations() + ['this_build', 'changed_records', 'new_state'] -%}
    {%- for pos in var('pos') if has_rows(pos) -%}
        {%- do followers.extend(changes_of(pos).kept) -%}
    {%- endfor -%}
    {{ return(followers) }}
{%- endmacro %}

{# Whether this run builds all of them. #}
{% macro builds_all_followers() -%}
    {%- set built = selected_resources | map('replace', 'model.pos_warehouse.', '') | list -%}
    {{ return(execute and followers_of_changes() | reject('in', built) | list | length == 0) }}
{%- endmacro %}

{# The statements with which a whole build ends: no record is left to be replaced. #}
{% macro forget_changed_records() -%}
    {%- for pos in var('pos') if builds_all_followers() and has_rows(pos) and 'changed_records' not in var('pos')[pos] %}
    delete from {{ api.Relation.create(target.database, 'staging', 'stg_' ~ pos ~ '__changed_records') }};
    {%- endfor %}
{%- endmacro %}

{# Whether a raw row came with a load that no build has taken in, or depends on something else that changed. It needs a
   CTE new_state. The bounds stand there as figures, so that older rows are not even read. #}
{% macro is_newly_loaded(pos) -%}
    {%- if builds_changes_only() -%}
        {%- set changed = run_query(
            "select epoch_us(min(loaded_at) filter (kind = 'load')), epoch_us(max(loaded_at) filter (kind = 'load')),"
            ~ " count(*) filter (kind = 'reference')"
            ~ " from " ~ api.Relation.create(target.database, 'staging', 'new_state') ~ " where pos = '" ~ pos ~ "'"
        ).rows[0] -%}
        (
            {%- if changed[0] is none %}
            false
            {%- else %}
            (
                loaded_at between make_timestamptz({{ changed[0] }}) and make_timestamptz({{ changed[1] }})
                and (connection_id, loaded_at) in (
                    select (new_state.connection_id, new_state.loaded_at)
                    from new_state
                    where new_state.kind = 'load'
                )
            )
            {%- endif %}
            {%- if changed[2] %}
            or connection_id in (
                select new_state.connection_id
                from new_state
                where new_state.kind = 'reference'
            )
            {%- endif %}
        )
    {%- else -%}
        connection_id in (select new_state.connection_id from new_state where 1 = 0)
    {%- endif -%}
{%- endmacro %}

{# The CTE body new_state: what a system's raw tables hold that no build has taken in. #}
{% macro new_state(pos) -%}
    select * from {{ ref('new_state') }}
    where pos = '{{ pos }}'
{%- endmacro %}

{# A query of the changed rows of lookups: connection_id and key. It needs a CTE new_state before it. #}
{% macro changed_lookups() -%}
    select distinct
        connection_id,
        substring(name, position(' ' in name) + 1) as key
    from new_state
    where kind = 'lookup' and {{ 'true' if builds_changes_only() else 'false' }}
{%- endmacro %}

{# A query of the connections of which a row of a lookup was replaced by another of its key. It needs a CTE new_state
   before it. #}
{% macro connections_with_replaced_lookups(table) -%}
    select distinct new_state.connection_id
    from new_state
    {%- if builds_changes_only() %}
    inner join {{ taken_in() }} as taken_in
        using (pos, connection_id, kind, name)
    where new_state.kind = 'lookup' and new_state.name like '{{ table }} %'
    {%- else %}
    where 1 = 0
    {%- endif %}
{%- endmacro %}

{# A query of all records (connection_id, native_id) that the warehouse holds of some connections, be it in tables that a
   failed build replaced or in those that it did not come to. #}
{% macro records_held(kept, connections) -%}
    {%- set relations = [] -%}
    {%- if builds_changes_only() -%}
        {%- for schema, names in [('staging', kept), ('unified', tables_of_records())] -%}
            {%- for name in names -%}
                {%- set relation = adapter.get_relation(target.database, schema, name) -%}
                {%- if relation -%}{%- do relations.append(relation) -%}{%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {%- for relation in relations %}
    select
        connection_id,
        substring(record_id, length(connection_id) + 2) as native_id
    from {{ relation }}
    where connection_id in (select {{ connections }}.connection_id from {{ connections }})
    union
    {%- endfor %}
    select
        connection_id,
        cast(null as text) as native_id
    from {{ connections }}
    where 1 = 0
{%- endmacro %}

{# The payments that the warehouse holds, as a relation; none where everything is built anew. #}
{% macro held_payments() -%}
    {{ return(adapter.get_relation(target.database, 'unified', 'payments') if builds_changes_only() else none) }}
{%- endmacro %}

{# Behind a raw table of observations: all rows of the groups, named by a column, of which one is newly loaded; and those
   that name a changed row of a lookup by its key. #}
{% macro of_new_observations(pos, table, group, lookup=none) -%}
    {%- set new_state, relation = ref('new_state') if not execute or builds_changes_only(), source('raw_' ~ pos, table) -%}
    {%- if builds_changes_only() -%}
    where (connection_id, {{ group }}) in (
        select (newly.connection_id, newly.{{ group }})
        from {{ relation }} as newly
        inner join {{ new_state }} as new_state
            on
                new_state.pos = '{{ pos }}'
                and new_state.kind = 'load'
                and newly.connection_id = new_state.connection_id
                and newly.loaded_at = new_state.loaded_at
    )
        {%- if lookup %}
    or (connection_id, '{{ lookup }} ' || {{ changes_of(pos).lookups[lookup].key }}) in (
        select (new_state.connection_id, new_state.name)
        from {{ new_state }} as new_state
        where new_state.pos = '{{ pos }}' and new_state.kind = 'lookup'
    )
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{# Behind a raw table of orders: only rows of records that changed. `keys` as in changes_of: a row is kept when one of
   them names a record that changed. #}
{% macro of_changed_records(pos, keys) -%}
    {%- if not execute or builds_changes_only() -%}
        {%- set changed = ref('stg_' ~ pos ~ '__changed_records') -%}
    where
        {%- for key in ([keys] if keys is string else keys) %}
        {{ 'or ' if not loop.first }}(connection_id, {{ key }}) in (select (connection_id, native_id) from {{ changed }})
        {%- endfor %}
    {%- endif -%}
{%- endmacro %}
