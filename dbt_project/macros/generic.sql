{# An amount of a custom API as decimal money: told in the currency's smallest unit (minor) or in its own (major). #}
{% macro generic_money(amount, currency, amounts_in) -%}
    case
        when {{ amounts_in }} = 'minor' then {{ minor_units(amount, currency) }}
        else {{ to_decimal(amount) }}
    end
{%- endmacro %}

{# Whole ten-thousandths of decimal money: what is shared out is counted, so that nothing is lost to a fraction. #}
{% macro ten_thousandths(amount) -%}
    {{ return(adapter.dispatch('ten_thousandths')(amount)) }}
{%- endmacro %}

{% macro default__ten_thousandths(amount) -%}
    cast({{ amount }} * 10000 as hugeint)
{%- endmacro %}

{% macro spark__ten_thousandths(amount) -%}
    cast({{ amount }} * 10000 as decimal(38, 0))
{%- endmacro %}

{# Quotient of two whole numbers that are not negative, rounded down; null when the divisor is zero. #}
{% macro whole_quotient(numerator, divisor) -%}
    {{ return(adapter.dispatch('whole_quotient')(numerator, divisor)) }}
{%- endmacro %}

{% macro default__whole_quotient(numerator, divisor) -%}
    (({{ numerator }}) // nullif({{ divisor }}, 0))
{%- endmacro %}

{% macro spark__whole_quotient(numerator, divisor) -%}
    (({{ numerator }}) div nullif({{ divisor }}, 0))
{%- endmacro %}
