{# Money and quantities, everywhere. #}
{% macro decimal_type() -%} decimal(18, 4) {%- endmacro %}

{% macro to_decimal(expression) -%}
    cast({{ expression }} as {{ decimal_type() }})
{%- endmacro %}

{# An amount in the currency's smallest unit as decimal money, exact: it is multiplied by a decimal, because
   division of decimals is binary in some engines. Exponents: ISO 4217, list one (currencies not named: 2). #}
{% macro minor_units(amount, currency) -%}
    cast(
        cast({{ amount }} as decimal(18, 0))
        * case
            when {{ currency }} in (
                'BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV',
                'XAF', 'XOF', 'XPF'
            ) then cast(1 as decimal(5, 4))
            when {{ currency }} in ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') then cast(0.001 as decimal(5, 4))
            when {{ currency }} in ('CLF', 'UYW') then cast(0.0001 as decimal(5, 4))
            else cast(0.01 as decimal(5, 4))
        end
        as {{ decimal_type() }}
    )
{%- endmacro %}

{# Quotient of a decimal(18, 4) and a positive whole number, exact to the fourth place, halves away from zero;
   null when the divisor is zero or null. Whole-number arithmetic, so that no binary fraction decides a half. #}
{% macro divide(numerator, whole_number) -%}
    {{ return(adapter.dispatch('divide')(numerator, whole_number)) }}
{%- endmacro %}

{% macro default__divide(numerator, whole_number) -%}
    cast(
        cast(
            sign({{ numerator }}) * (
                (
                    2 * {{ default__ten_thousandths('abs(' ~ numerator ~ ')') }} + cast({{ whole_number }} as hugeint)
                ) // nullif(2 * cast({{ whole_number }} as hugeint), 0)
            )
            as decimal(22, 0)
        ) * cast(0.0001 as decimal(5, 4))
        as {{ decimal_type() }}
    )
{%- endmacro %}

{% macro spark__divide(numerator, whole_number) -%}
    cast(round(cast({{ numerator }} as decimal(38, 10)) / nullif({{ whole_number }}, 0), 4) as {{ decimal_type() }})
{%- endmacro %}

{# Quotient of two numbers as a double, null when the divisor is zero: for ratios, never for money. #}
{% macro ratio(numerator, denominator) -%}
    cast({{ numerator }} as double) / nullif(cast({{ denominator }} as double), 0)
{%- endmacro %}

{# A part's share of a whole, as a double; null where the whole is not positive, because its parts then have none. #}
{% macro share(part, whole) -%}
    case when {{ whole }} > 0 then {{ ratio(part, whole) }} end
{%- endmacro %}

{# A measured figure to the four places of a quantity. A sum of doubles differs in its last bits from run to run,
   and the order list must not. #}
{% macro to_places(expression) -%}
    round({{ expression }}, 4)
{%- endmacro %}
