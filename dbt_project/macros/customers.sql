{# The constants of the customers' segments, in days; the rule stands in definitions.md as customer_segment. #}
{% macro customer_constant(name) -%}
    {{ return({
        'new_days': 90,
        'least_gap_days': 14,
        'lost_days': 365,
    }[name]) }}
{%- endmacro %}
