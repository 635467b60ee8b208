{# How many recipes may stand in each other. A chain that is longer is taken for one that never ends. #}
{% macro deepest_recipe() -%}
    {{ return(8) }}
{%- endmacro %}
