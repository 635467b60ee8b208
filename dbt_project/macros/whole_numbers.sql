{# A decimal amount as a whole number of the currency's smallest unit, halves away from zero. #}
{% macro smallest_units(amount, currency) -%}
    cast(
        round(
            cast({{ amount }} as decimal(22, 8))
            * cast(round(1 / cast({{ minor_units('1', currency) }} as double)) as decimal(5, 0))
        )
        as bigint
    )
{%- endmacro %}

{# The whole part of an amount's share by weight, all whole numbers at least 0; 0 when there is no weight at all. #}
{% macro whole_share(amount, weight, all_weights) -%}
    {{ return(adapter.dispatch('whole_share')(amount, weight, all_weights)) }}
{%- endmacro %}

{% macro default__whole_share(amount, weight, all_weights) -%}
    cast(
        coalesce(cast({{ amount }} as hugeint) * cast({{ weight }} as hugeint) // nullif({{ all_weights }}, 0), 0)
        as bigint
    )
{%- endmacro %}

{% macro spark__whole_share(amount, weight, all_weights) -%}
    cast(
        coalesce(
            floor(
                cast({{ amount }} as decimal(19, 0)) * cast({{ weight }} as decimal(19, 0)) / nullif({{ all_weights }}, 0)
            ),
            0
        )
        as bigint
    )
{%- endmacro %}

{# Whole ten-thousandths of decimal money: what is shared out is counted, so that nothing is lost to a fraction. It is
   widened first: 10,000 times ten thousand million (a week of a chain in dong) is no decimal(18, 4). #}
{% macro ten_thousandths(amount) -%}
    {{ return(adapter.dispatch('ten_thousandths')(amount)) }}
{%- endmacro %}

{% macro default__ten_thousandths(amount) -%}
    cast(cast({{ amount }} as decimal(38, 4)) * 10000 as hugeint)
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
