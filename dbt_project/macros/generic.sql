{# An amount of a custom API as decimal money: told in the currency's smallest unit (minor) or in its own (major). #}
{% macro generic_money(amount, currency, amounts_in) -%}
    case
        when {{ amounts_in }} = 'minor' then {{ minor_units(amount, currency) }}
        else {{ to_decimal(amount) }}
    end
{%- endmacro %}
