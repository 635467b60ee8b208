{# How models take in what changed: macros/changes.sql says what that is. #}

{# When this run of dbt began. #}
{% macro run_time() -%}
    cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S.%f") }}+00:00' as timestamptz)
{%- endmacro %}

{# The stamp of what a model writes. It is this_build's, not the run's: in a run of a few models, chosen by hand, the
   others' rows bear it as well, and what belongs together is found by it. #}
{% macro build_time() -%}
    {%- set is_read = execute and model.resource_type != 'unit_test' -%}
    {%- if is_read and adapter.get_relation(target.database, 'staging', 'this_build') -%}
        {{ stamp_of_this_build() }}
    {%- else -%}
        {{ run_time() }}
    {%- endif -%}
{%- endmacro %}

{# The stamp that this_build holds. A test has it from there, too: dbt may run it by itself. #}
{% macro stamp_of_this_build() -%}
    {%- set this_build = api.Relation.create(target.database, 'staging', 'this_build') -%}
    {%- set stamp = run_query('select epoch_us(built_at) from ' ~ this_build).columns[0][0] -%}
    make_timestamptz({{ stamp }})
{%- endmacro %}

{# Makes a model replace the records that changed, and them only. #}
{% macro replaces_changed_records() -%}
    {%- if not execute -%}{%- do ref('changed_records') -%}{%- endif -%}
    {{ config(materialized='incremental', incremental_strategy='changed_records', on_schema_change='fail') }}
{%- endmacro %}

{# Makes a model replace the days that changed, and them only. It needs the column day_version. #}
{% macro replaces_changed_days() -%}
    {{ config(materialized='incremental', incremental_strategy='changed_days', on_schema_change='fail') }}
{%- endmacro %}

{# Makes a model of observations take in those that are newly loaded; one of the same key is replaced. #}
{% macro takes_in_observations(unique_key) -%}
    {%- if not execute -%}{%- do ref('new_state') -%}{%- endif -%}
    {{ config(
        materialized='incremental', incremental_strategy='delete+insert', unique_key=unique_key, on_schema_change='fail',
        pre_hook='{{ forget_withdrawn_observations() }}'
    ) }}
{%- endmacro %}

{# The models that replace changed records. #}
{% macro tables_of_records() -%}
    {{ return([
        'orders', 'order_lines', 'order_line_modifiers', 'return_lines', 'refunds', 'payments', 'sales_lines',
        'reconciliation_differences',
    ]) }}
{%- endmacro %}

{# The models that replace changed days. #}
{% macro tables_of_days() -%}
    {{ return(['revenue_by_hour', 'item_daily_totals', 'payment_mix']) }}
{%- endmacro %}

{# The models that take in observations. #}
{% macro tables_of_observations() -%}
    {{ return(['inventory_levels', 'inventory_movements']) }}
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

{# Systems whose observations in this model may come to be untold. #}
{% macro withdrawing_systems() -%}
    {%- set systems = [] -%}
    {%- for pos in var('pos') if has_rows(pos) and model.name in changes_of(pos).withdrawn -%}
        {%- do systems.append("'" ~ pos ~ "'") -%}
    {%- endfor -%}
    {{ return(systems | join(', ')) }}
{%- endmacro %}

{# A query (item_id, observed_on) of the observations in this model that new loads let mean something else; none where no
   system has such. #}
{% macro retold_observations() -%}
    {%- set queries = [] -%}
    {%- for pos in var('pos') if has_rows(pos) and model.name in changes_of(pos).retold -%}
        {%- do queries.append(changes_of(pos).retold[model.name]) -%}
    {%- endfor -%}
    {{ return(queries | join(' union all ')) }}
{%- endmacro %}

{# The statements that take these observations out of this model, before they are taken in again; all, where no build has
   ended that took them in. #}
{% macro forget_withdrawn_observations() -%}
    {%- if builds_changes_only() and load_relation(this) is not none -%}
        {%- if withdrawing_systems() %}
        delete from {{ this }} where pos in ({{ withdrawing_systems() }});
        {%- endif -%}
        {%- if retold_observations() %}
        delete from {{ this }}
        where (item_id, observed_on) in (select (item_id, observed_on) from ({{ retold_observations() }}) as retold);
        {%- endif -%}
    {%- elif execute and not flags.FULL_REFRESH and load_relation(this) is not none %}
        delete from {{ this }};
    {%- endif -%}
{%- endmacro %}

{# The condition on staged observations: those that came with a load that no build has taken in, or are taken in again. #}
{% macro is_new_observation() -%}
    {%- if builds_changes_only() -%}
        {%- if withdrawing_systems() %}staged.pos in ({{ withdrawing_systems() }}) or {% endif -%}
        {%- if retold_observations() -%}
        (staged.item_id, staged.observed_on) in (
            select (retold.item_id, retold.observed_on)
            from ({{ retold_observations() }}) as retold
        )
        or {% endif -%}
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
