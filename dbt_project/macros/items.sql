{# An item's name for people: the product, and the variant where that says more. #}
{% macro item_name(product_name, variant_name, fallback) -%}
    case
        when {{ variant_name }} is null or {{ variant_name }} = {{ product_name }}
            then coalesce({{ product_name }}, {{ fallback }})
        else coalesce({{ product_name }} || ' - ', '') || {{ variant_name }}
    end
{%- endmacro %}

{# An index of few observations drawn to that of a wider group: the group counts as many observations as the constant
   says. #}
{% macro drawn_to(wider_index, own_index, observations, constant) -%}
    ({{ observations }} * {{ own_index }} + {{ constant }} * {{ wider_index }}) / ({{ observations }} + {{ constant }})
{%- endmacro %}
