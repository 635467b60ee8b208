{# Wall-clock time at a store of a UTC instant. A missing time zone reads as UTC. #}
{% macro local_timestamp(instant, time_zone) -%}
    {{ return(adapter.dispatch('local_timestamp')(instant, time_zone)) }}
{%- endmacro %}

{% macro default__local_timestamp(instant, time_zone) -%}
    timezone(coalesce({{ time_zone }}, 'UTC'), {{ instant }})
{%- endmacro %}

{% macro spark__local_timestamp(instant, time_zone) -%}
    from_utc_timestamp({{ instant }}, coalesce({{ time_zone }}, 'UTC'))
{%- endmacro %}

{# Hour of the wall clock at a store, 0 to 23. In the night in which clocks go back, one hour holds two. #}
{% macro hour_of_day(instant, time_zone) -%}
    cast(extract(hour from {{ local_timestamp(instant, time_zone) }}) as integer)
{%- endmacro %}

{# The trading day of an instant: the store's wall clock, set back by the minutes after midnight at which
   its day closes. The shift is made on the wall clock, so that a night with 23 or 25 hours keeps its day. #}
{% macro business_date(instant, time_zone, cutoff_minutes) -%}
    {{ return(adapter.dispatch('business_date')(instant, time_zone, cutoff_minutes)) }}
{%- endmacro %}

{% macro default__business_date(instant, time_zone, cutoff_minutes) -%}
    cast(
        {{ local_timestamp(instant, time_zone) }} - coalesce({{ cutoff_minutes }}, 0) * interval '1 minute'
        as date
    )
{%- endmacro %}

{# A query of one column, date_day: each day from the first to the last, both included; none when one is null. #}
{% macro date_spine(first_day, last_day) -%}
    {{ return(adapter.dispatch('date_spine')(first_day, last_day)) }}
{%- endmacro %}

{% macro default__date_spine(first_day, last_day) -%}
    select cast(unnest(generate_series({{ first_day }}, {{ last_day }}, interval '1 day')) as date) as date_day
{%- endmacro %}

{% macro spark__date_spine(first_day, last_day) -%}
    select explode(sequence({{ first_day }}, {{ last_day }}, interval '1' day)) as date_day
{%- endmacro %}

{# A query of one column, number: every whole number from 0 to the last, which is included. #}
{% macro numbers_up_to(last) -%}
    {{ return(adapter.dispatch('numbers_up_to')(last)) }}
{%- endmacro %}

{% macro default__numbers_up_to(last) -%}
    select unnest(range(0, {{ last }} + 1)) as number
{%- endmacro %}

{% macro spark__numbers_up_to(last) -%}
    select explode(sequence(0, {{ last }})) as number
{%- endmacro %}

{# Day of the week of a date, Monday 1 to Sunday 7. #}
{% macro weekday(day) -%}
    {{ return(adapter.dispatch('weekday')(day)) }}
{%- endmacro %}

{% macro default__weekday(day) -%}
    isodow({{ day }})
{%- endmacro %}

{% macro spark__weekday(day) -%}
    extract(dayofweek_iso from {{ day }})
{%- endmacro %}

{# A date moved by a whole number of days. #}
{% macro add_days(day, days) -%}
    {{ return(adapter.dispatch('add_days')(day, days)) }}
{%- endmacro %}

{% macro default__add_days(day, days) -%}
    cast({{ day }} + ({{ days }}) * interval '1 day' as date)
{%- endmacro %}

{% macro spark__add_days(day, days) -%}
    date_add({{ day }}, {{ days }})
{%- endmacro %}

{# Whole days from one date to a later one. #}
{% macro days_between(first_day, last_day) -%}
    {{ return(adapter.dispatch('days_between')(first_day, last_day)) }}
{%- endmacro %}

{% macro default__days_between(first_day, last_day) -%}
    date_diff('day', {{ first_day }}, {{ last_day }})
{%- endmacro %}

{% macro spark__days_between(first_day, last_day) -%}
    datediff({{ last_day }}, {{ first_day }})
{%- endmacro %}

{# The day on which the order would be placed; sales of earlier business dates are known. It is the variable
   as_of_date, or else POS_AS_OF_DATE: another value of that does not make dbt parse the project again. #}
{% macro as_of_date() -%}
    {%- set day = var('as_of_date') or (env_var('POS_AS_OF_DATE', '') if execute else '') -%}
    {%- if day -%}
        cast('{{ day }}' as date)
    {%- else -%}
        cast({{ local_timestamp('current_timestamp', "'UTC'") }} as date)
    {%- endif -%}
{%- endmacro %}

{# The first day of the tables that hold every day of every item. #}
{% macro first_item_day() -%}
    {{ add_days(as_of_date(), -var('item_history_days')) }}
{%- endmacro %}
