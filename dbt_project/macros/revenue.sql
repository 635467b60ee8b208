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
