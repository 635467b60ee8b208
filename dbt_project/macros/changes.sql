{# How a build follows what changed, instead of the history.

   The rows that tell of one thing that happened at a till (an order with its lines, payments and what was given back
   in it; a return; a refund) are a record. A raw row belongs to the record that its key names. Each load stamps its
   rows with its own loaded_at, so the loads that no build has taken in yet name the records that changed:
   stg_<pos>__changed_records. The staging of orders reads these alone, the unified layer replaces them whole, and at
   the end taken_in remembers the loads. A build that fails remembers none, and the next one does its work again.

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
   that may come to be untold: of this system they are taken in whole. #}
{% macro changes_of(pos) -%}
    {%- set changes = {
        'records': {}, 'observations': [], 'references': {}, 'derived_references': {}, 'lookups': {}, 'kept': [],
        'gone': none, 'withdrawn': [],
    } -%}
    {%- if 'changed_records' not in var('pos')[pos] -%}
        {%- do changes.update(context['changes_of_' ~ pos]()) -%}
    {%- endif -%}
    {{ return(changes) }}
{%- endmacro %}

{# The stamp of a build, the same in all of its models. #}
{% macro build_time() -%}
    cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S.%f") }}+00:00' as timestamptz)
{%- endmacro %}

{# What the last whole build took in, as a relation; none before it. It is not a ref: it is written at the end of what
   reads it. #}
{% macro taken_in() -%}
    {{ return(adapter.get_relation(target.database, 'staging', 'taken_in') if execute else none) }}
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
    group by connection_id, {{ lookup.key }}
    union
    {%- endfor %}
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

{# Aggregate: a text that differs when rows with other stamps come or go. #}
{% macro fingerprint_of_stamps(stamp) -%}
    {{ return(adapter.dispatch('fingerprint_of_stamps')(stamp)) }}
{%- endmacro %}

{% macro default__fingerprint_of_stamps(stamp) -%}
    count(*) || ':' || sum(epoch_us({{ stamp }}))
{%- endmacro %}

{% macro spark__fingerprint_of_stamps(stamp) -%}
    concat(count(*), ':', sum(cast(unix_micros({{ stamp }}) as decimal(38, 0))))
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
    {%- endif -%}
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

{# Behind a raw table of observations: all rows of the groups, named by a column, of which one is newly loaded. #}
{% macro of_new_observations(pos, table, group) -%}
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

{# Makes a model replace the records that changed, and them only. #}
{% macro replaces_changed_records() -%}
    {%- if not execute -%}{%- do ref('changed_records') -%}{%- endif -%}
    {{ config(materialized='incremental', incremental_strategy='changed_records', on_schema_change='fail') }}
{%- endmacro %}

{# Makes a model of observations take in those that are newly loaded; one of the same key is replaced. #}
{% macro takes_in_observations(unique_key) -%}
    {{ config(
        materialized='incremental', incremental_strategy='delete+insert', unique_key=unique_key, on_schema_change='fail',
        pre_hook='{{ forget_withdrawn_observations() }}'
    ) }}
{%- endmacro %}

{# Systems whose observations in this model may come to be untold. #}
{% macro withdrawing_systems() -%}
    {%- set systems = [] -%}
    {%- for pos in var('pos') if has_rows(pos) and model.name in changes_of(pos).withdrawn -%}
        {%- do systems.append("'" ~ pos ~ "'") -%}
    {%- endfor -%}
    {{ return(systems | join(', ')) }}
{%- endmacro %}

{# The statement that takes their observations out of this model, before all are taken in again. #}
{% macro forget_withdrawn_observations() -%}
    {%- if builds_changes_only() and withdrawing_systems() and load_relation(this) is not none -%}
        delete from {{ this }} where pos in ({{ withdrawing_systems() }})
    {%- endif -%}
{%- endmacro %}

{# The condition on staged observations: those that came with a load that no build has taken in. #}
{% macro is_new_observation() -%}
    {%- if builds_changes_only() -%}
        {%- if withdrawing_systems() %}staged.pos in ({{ withdrawing_systems() }}) or {% endif -%}
        not exists (
            select 1
            from {{ taken_in() }} as taken_in
            where
                taken_in.kind = 'load'
                and taken_in.pos = staged.pos
                and taken_in.connection_id = staged.connection_id
                and taken_in.loaded_at = staged.loaded_at
        )
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{# Makes a model replace the days that changed, and them only. It needs the column day_version. #}
{% macro replaces_changed_days() -%}
    {{ config(materialized='incremental', incremental_strategy='changed_days', on_schema_change='fail') }}
{%- endmacro %}

{# The record of the rows of a system that is replaced whole. #}
{% macro whole_connection() -%}
    connection_id || ':*'
{%- endmacro %}

{# The condition on a table of records: rows of the records that this build replaces. They bear its stamp, which finds
   them without reading all others. #}
{% macro is_of_changed_record() -%}
    {%- if builds_changes_only() -%}
        built_at = {{ stamp_of_this_build() }}
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{# The condition on a table by day: days of which this build replaced a row. #}
{% macro is_of_changed_day() -%}
    {%- if builds_changes_only() -%}
        (location_id, business_date) in (
            select (trading_days.location_id, trading_days.business_date)
            from {{ api.Relation.create(target.database, 'unified', 'trading_days') }} as trading_days
            where trading_days.built_at = {{ stamp_of_this_build() }}
        )
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{# The stamp that this_build holds. A test has it from there, too: dbt may run it by itself. #}
{% macro stamp_of_this_build() -%}
    {%- set this_build = api.Relation.create(target.database, 'staging', 'this_build') -%}
    {%- set stamp = run_query('select epoch_us(built_at) from ' ~ this_build).columns[0][0] -%}
    make_timestamptz({{ stamp }})
{%- endmacro %}

{# What data tests read. A build that follows changes tests what it changed; a full refresh tests everything. #}
{% macro get_where_subquery(relation) -%}
    {%- set conditions = [] -%}
    {%- if config.get('where') -%}{%- do conditions.append(config.get('where')) -%}{%- endif -%}
    {%- if builds_changes_only() and relation.identifier in tables_of_records() -%}
        {%- do conditions.append(is_of_changed_record()) -%}
    {%- elif builds_changes_only() and relation.identifier in tables_of_days() -%}
        {%- do conditions.append(is_of_changed_day()) -%}
    {%- elif builds_changes_only() and relation.identifier in tables_of_observations() -%}
        {%- do conditions.append(is_newly_observed()) -%}
    {%- endif -%}
    {%- if conditions -%}
        (select * from {{ relation }} where {{ conditions | join(' and ') }}) as tested
    {%- else -%}
        {{ relation }}
    {%- endif -%}
{%- endmacro %}

{# The models that replace changed records. #}
{% macro tables_of_records() -%}
    {{ return([
        'orders', 'order_lines', 'order_line_modifiers', 'return_lines', 'refunds', 'payments', 'sales_lines',
        'reconciliation_differences',
    ]) }}
{%- endmacro %}

{# The condition on a table of observations: those that came with a load that this build is the first to take in. #}
{% macro is_newly_observed() -%}
    (connection_id, loaded_at) in (
        select (new_state.connection_id, new_state.loaded_at)
        from {{ api.Relation.create(target.database, 'staging', 'new_state') }} as new_state
        where new_state.kind = 'load'
    )
{%- endmacro %}

{# The models that take in observations. #}
{% macro tables_of_observations() -%}
    {{ return(['inventory_levels', 'inventory_movements']) }}
{%- endmacro %}

{# The models that replace changed days. #}
{% macro tables_of_days() -%}
    {{ return(['revenue_by_hour', 'item_daily_totals', 'payment_mix']) }}
{%- endmacro %}

{# The rows of the records that changed are deleted, whether or not they have a successor. #}
{% macro get_incremental_changed_records_sql(arguments) -%}
    {%- set columns = get_quoted_csv(arguments['dest_columns'] | map(attribute='name')) -%}
    delete from {{ arguments['target_relation'] }}
    {%- if builds_changes_only() %}
    where
        record_id in (select record_id from {{ ref('changed_records') }})
        {%- for pos, not_told in var('pos').items() if 'changed_records' in not_told and has_rows(pos) %}
        {{ "or record_id like '%:*'" if loop.first }}
        {%- endfor %}
    {%- endif %};

    insert into {{ arguments['target_relation'] }} ({{ columns }})
    select {{ columns }} from {{ arguments['temp_relation'] }}
{%- endmacro %}

{# Replaces the days that are not as trading_days has them. #}
{% macro get_incremental_changed_days_sql(arguments) -%}
    {%- set target, columns = arguments['target_relation'], get_quoted_csv(arguments['dest_columns'] | map(attribute='name')) -%}
    delete from {{ target }}
    where (location_id, business_date, day_version) not in (
        select (location_id, business_date, day_version) from {{ ref('trading_days') }}
    );

    insert into {{ target }} ({{ columns }})
    select {{ columns }} from {{ arguments['temp_relation'] }}
{%- endmacro %}

{# The days that this model has to build: those that it does not hold as they now are. #}
{% macro changed_days() -%}
    select
        trading_days.location_id,
        trading_days.business_date,
        trading_days.day_version
    from {{ ref('trading_days') }} as trading_days
    {%- if model.resource_type != 'unit_test' and is_incremental() %}
    anti join {{ this }} as built
        using (location_id, business_date, day_version)
    {%- endif %}
{%- endmacro %}
