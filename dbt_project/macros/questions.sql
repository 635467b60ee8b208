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

{# Rows of the system and of the store that are asked about; nothing asks for all, also for what is sold in a store that
   no system lists. The column is the key by which the rows know their store: location_id, location_key, or
   connection_id where they know the account only. #}
{% macro in_asked_stores(key='location_id') -%}
    (
        coalesce({{ asked('pos', 'text') }}, {{ asked('location', 'text') }}) is null
        or {{ key }} in (
            select stores.{{ key }}
            from {{ ref('locations') }} as stores
            where
                stores.pos = coalesce({{ asked('pos', 'text') }}, stores.pos)
                and stores.location_key = coalesce({{ asked('location', 'text') }}, stores.location_key)
        )
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

{# Stores by the key that they have in all systems, as people call them: by their name, with the key where several
   stores of a system share it. #}
{% macro stores_by_key() -%}
    select
        location_key,
        case when min(pos) = max(pos) then min(pos) else 'several' end as pos,
        case
            when count(*) over (partition by min(pos), max(pos), min(name)) > 1
                then coalesce(min(name) || ' (' || location_key || ')', location_key)
            else coalesce(min(name), location_key)
        end as store
    from {{ ref('dim_locations') }}
    group by location_key
{%- endmacro %}

{# The first 20 items of each currency by units or net_sales. #}
{% macro top_items(measure) -%}
with

item_daily_revenue as (
    select * from {{ ref('item_daily_revenue') }}
    where {{ on_asked_days() }} and {{ in_asked_stores() }}
),

item_attributes as (
    select * from {{ ref('item_attributes') }}
),

items as (
    select
        currency,
        item_key,
        {{ to_decimal('sum(units)') }} as units,
        {{ to_decimal('sum(units_returned)') }} as units_returned,
        {{ to_decimal('sum(net_sales)') }} as net_sales
    from item_daily_revenue
    group by currency, item_key
),

ranked as (
    select
        *,
        {{ share(measure, 'sum(' ~ measure ~ ') over (partition by currency)') }} as {{ measure }}_share,
        row_number() over (
            partition by currency, item_key is null
            order by {{ measure }} desc, item_key asc
        ) as item_rank
    from items
    -- amounts typed by hand and fees are no item, but the share is that of everything
    qualify item_key is not null
)

select
    ranked.currency,
    ranked.item_rank,
    coalesce(item_attributes.item_name, ranked.item_key) as item_name,
    coalesce(item_attributes.category, 'uncategorised') as category,
    ranked.units,
    ranked.units_returned,
    ranked.net_sales,
    ranked.{{ measure }}_share
from ranked
left join item_attributes on ranked.item_key = item_attributes.item_key
where ranked.item_rank <= 20
order by ranked.currency, ranked.item_rank
{%- endmacro %}

{# Net sales and orders of the weeks or months of the range, whole where it cuts them. A change compares the stores that
   traded for the whole of both periods. #}
{% macro revenue_trend(period, periods_in_a_year) -%}
    {%- set start = period ~ '_start' -%}
with

-- how periods compare is looked up before the range is cut out
compared as (
    select
        *,
        lag(is_partial, 1) over own_periods as is_partial_previous,
        lag(is_partial, {{ periods_in_a_year }}) over own_periods as is_partial_last_year
    from {{ ref(period ~ 'ly_revenue') }}
    where {{ in_asked_stores() }}
    window own_periods as (partition by location_id, currency order by {{ start }})
),

periods as (
    select
        currency,
        {{ start }},
        max(days) as days,
        bool_or(is_partial) as is_partial,
        {{ to_decimal('sum(net_sales)') }} as net_sales,
        cast(sum(orders) as bigint) as orders,
        {{ change_of_sums(
            'net_sales', 'net_sales_previous_' ~ period, 'not (is_partial or is_partial_previous)'
        ) }} as {{ period }}ly_change,
        {{ change_of_sums(
            'net_sales', 'net_sales_same_' ~ period ~ '_last_year', 'not (is_partial or is_partial_last_year)'
        ) }} as yearly_change
    from compared
    where {{ start }} between date_trunc('{{ period }}', {{ first_day() }}) and {{ last_day() }}
    group by currency, {{ start }}
)

select
    currency,
    {{ start }},
    days,
    is_partial,
    net_sales,
    orders,
    {{ divide('net_sales', 'orders') }} as average_order_value,
    {{ period }}ly_change,
    yearly_change
from periods
order by currency, {{ start }}
{%- endmacro %}
