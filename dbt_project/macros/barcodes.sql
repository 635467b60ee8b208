{# A barcode as the number it stands for: digits only, without the zeros that pad a shorter code to a longer form. #}
{% macro normalised_barcode(barcode) -%}
    {{ return(adapter.dispatch('normalised_barcode')(barcode)) }}
{%- endmacro %}

{% macro default__normalised_barcode(barcode) -%}
    nullif(regexp_replace(regexp_replace({{ barcode }}, '[^0-9]', '', 'g'), '^0+', ''), '')
{%- endmacro %}

{% macro spark__normalised_barcode(barcode) -%}
    nullif(regexp_replace(regexp_replace({{ barcode }}, '[^0-9]', ''), '^0+', ''), '')
{%- endmacro %}
