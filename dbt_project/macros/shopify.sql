{# The number in a global id: gid://shopify/Order/5001 is 5001. #}
{% macro shopify_number(global_id) -%}
    split_part({{ global_id }}, '/', 5)
{%- endmacro %}

{# Sum of a column over the sales of some line types. #}
{% macro shopify_sum(column, line_types) -%}
    sum(case when line_type in ('{{ line_types | join("', '") }}') then {{ column }} else 0 end)
{%- endmacro %}

{# Line types of a sale that are no goods, gift cards, tips or shipping: duties, fees and what may come later. #}
{% macro shopify_fee_types() -%}
    {{ return(['FEE', 'ADDITIONAL_FEE', 'DUTY', 'UNKNOWN']) }}
{%- endmacro %}
