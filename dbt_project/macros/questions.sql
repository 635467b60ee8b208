{# What the questions of analyses/questions are asked about. Whoever asks sets the variables of the session first_day
   and last_day, and pos and location where it is not about all of them; `pos report` does so, and in DuckDB's shell it
   is `set variable first_day = date '2026-01-01'`. #}
{% macro asked(variable, data_type) -%}
    {{ return(adapter.dispatch('asked')(variable, data_type)) }}
{%- endmacro %}

{% macro default__asked(variable, data_type) -%}
    cast(getvariable('{{ variable }}') as {{ data_type }})
{%- endmacro %}

{% macro spark__asked(variable, data_type) -%}
    cast(:{{ variable }} as {{ data_type }})
{%- endmacro %}

{# The first and the last day that are asked about. #}
{% macro first_day() -%} {{ asked('first_day', 'date') }} {%- endmacro %}

{% macro last_day() -%} {{ asked('last_day', 'date') }} {%- endmacro %}

{# Business dates of the range, both ends included. #}
{% macro on_asked_days() -%}
    business_date between {{ first_day() }} and {{ last_day() }}
{%- endmacro %}

{# Rows of the system and of the store that are asked about; nothing asks for all. The column is the key by which the
   rows know their store: location_id, location_key, or connection_id where they know the account only. #}
{% macro in_asked_stores(key='location_id') -%}
    {{ key }} in (
        select stores.{{ key }}
        from {{ ref('locations') }} as stores
        where
            stores.pos = coalesce({{ asked('pos', 'text') }}, stores.pos)
            and stores.location_key = coalesce({{ asked('location', 'text') }}, stores.location_key)
    )
{%- endmacro %}

{# How much an amount grew: 0.1 is a tenth more; null where there was nothing to grow from. #}
{% macro change(now, before) -%}
    case when {{ before }} > 0 then {{ ratio(now, before) }} - 1 end
{%- endmacro %}

{# The same of sums, over the rows that know what it was before and that can be compared. #}
{% macro change_of_sums(now, before, comparable='true') -%}
    {{ change(
        'sum(case when ' ~ comparable ~ ' and ' ~ before ~ ' is not null then ' ~ now ~ ' end)',
        'sum(case when ' ~ comparable ~ ' then ' ~ before ~ ' end)'
    ) }}
{%- endmacro %}

{# Names of the weekday and of the month of a date, for people. #}
{% macro weekday_name(day) -%}
    {{ return(adapter.dispatch('weekday_name')(day)) }}
{%- endmacro %}

{% macro default__weekday_name(day) -%} dayname({{ day }}) {%- endmacro %}

{% macro spark__weekday_name(day) -%} date_format({{ day }}, 'EEEE') {%- endmacro %}

{% macro month_name(day) -%}
    {{ return(adapter.dispatch('month_name')(day)) }}
{%- endmacro %}

{% macro default__month_name(day) -%} monthname({{ day }}) {%- endmacro %}

{% macro spark__month_name(day) -%} date_format({{ day }}, 'MMMM') {%- endmacro %}
