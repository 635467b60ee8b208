{# What revenue is made of, each once: the measures that add up over hours, days, weeks and months. #}
{% macro revenue_measures() -%}
    {{ return([
        'gross_sales', 'discounts', 'returns', 'unitemized_refunds', 'tax', 'refunded_tax', 'tips', 'refunded_tips',
        'service_charges', 'refunded_service_charges', 'shipping', 'gift_cards_sold', 'refunded_gift_cards', 'rounding',
        'orders', 'units', 'units_returned',
    ]) }}
{%- endmacro %}

{# Net sales from the measures of a row. #}
{% macro net_sales() -%}
    {%- set charges_as_sales =
        ' + service_charges - refunded_service_charges' if var('service_charges_in_net_sales') else '' -%}
    {{ to_decimal('gross_sales - discounts - returns' ~ charges_as_sales) }}
{%- endmacro %}

{# Total collected from the measures of a row: everything received less everything given back. #}
{% macro total_collected() -%}
    {{ to_decimal(
        'gross_sales - discounts - returns + tax - refunded_tax + tips - refunded_tips'
        ~ ' + service_charges - refunded_service_charges + shipping + gift_cards_sold - refunded_gift_cards'
        ~ ' + rounding - unitemized_refunds'
    ) }}
{%- endmacro %}

{# Days summed to the periods that date_trunc knows by this name. A store's days have no gaps, and so neither have its
   periods: the period before is the row before, the same period last year as many rows before as a year has. #}
{% macro revenue_by_period(period, calendar_days, periods_in_a_year) -%}
    {%- set start = period ~ '_start' -%}
    {%- set store = ['connection_id', 'pos', 'location_id', 'location_key', 'currency'] -%}
    {%- set sums = revenue_measures() + ['net_sales', 'total_collected'] -%}
with

daily_revenue as (
    select
        *,
        cast(date_trunc('{{ period }}', business_date) as date) as {{ start }}
    from {{ ref('daily_revenue') }}
),

periods as (
    select
        {{ store | join(', ') }},
        {{ start }},
        count(*) as days,
        {{ calendar_days }} as calendar_days,
        {%- for measure in sums %}
        {{ to_decimal('sum(' ~ measure ~ ')') }} as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from daily_revenue
    group by {{ store | join(', ') }}, {{ start }}
),

compared as (
    select
        *,
        lag(net_sales, 1) over own_periods as net_sales_previous_{{ period }},
        lag(net_sales, {{ periods_in_a_year }}) over own_periods as net_sales_same_{{ period }}_last_year
    from periods
    window own_periods as (partition by location_id, currency order by {{ start }})
)

select
    {{ store | join(', ') }},
    {{ start }},
    cast(days as integer) as days,
    -- sales of the day of the order list, and of later ones, are not known yet, even where some came in
    days < calendar_days or {{ add_days(start, 'calendar_days') }} > {{ as_of_date() }} as is_partial,
    gross_sales,
    discounts,
    returns,
    net_sales,
    unitemized_refunds,
    tax,
    refunded_tax,
    tips,
    refunded_tips,
    service_charges,
    refunded_service_charges,
    shipping,
    gift_cards_sold,
    refunded_gift_cards,
    rounding,
    total_collected,
    cast(orders as bigint) as orders,
    units,
    units_returned,
    {{ divide('net_sales', 'orders') }} as average_order_value,
    {{ divide('units', 'orders') }} as items_per_order,
    net_sales_previous_{{ period }},
    net_sales_same_{{ period }}_last_year
from compared
{%- endmacro %}

{# For a test: what these measures are where they differ between a mart and the table that it sums up. Sums are those of a
   date and of the other keys; with `none` for the date of the mart, of the other keys alone. #}
{% macro sums_that_differ(
    mart, base, measures, date_of_mart='business_date', date_of_base='business_date', keys=['location_id', 'currency']
) -%}
{%- set all_keys = keys + (['first_day'] if date_of_mart else []) -%}
with

{% for name, relation, date in [('parts', mart, date_of_mart), ('wholes', base, date_of_base)] -%}
{{ name }} as (
    select
        {{ keys | join(', ') }},
        {%- if date_of_mart %}
        {{ date }} as first_day,
        {%- endif %}
        {%- for measure in measures %}
        sum({{ measure }}) as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ relation }}
    group by {{ keys | join(', ') }}{{ ', ' ~ date if date_of_mart }}
){{ ',' if not loop.last }}

{% endfor -%}
select
    {%- for key in all_keys %}
    coalesce(parts.{{ key }}, wholes.{{ key }}) as {{ key }},
    {%- endfor %}
    {%- for measure in measures %}
    parts.{{ measure }},
    wholes.{{ measure }} as {{ measure }}_expected{{ ',' if not loop.last }}
    {%- endfor %}
from parts
full outer join wholes
    on
        {%- for key in all_keys %}
        {{ 'and ' if not loop.first }}parts.{{ key }} is not distinct from wholes.{{ key }}
        {%- endfor %}
where
    {%- for measure in measures %}
    {{ 'or ' if not loop.first }}coalesce(parts.{{ measure }}, 0) <> coalesce(wholes.{{ measure }}, 0)
    {%- endfor %}
{%- endmacro %}
