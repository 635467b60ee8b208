{# A time that Clover tells in milliseconds since 1970 UTC. #}
{% macro clover_time(milliseconds) -%}
    {{ return(adapter.dispatch('clover_time')(milliseconds)) }}
{%- endmacro %}

{% macro default__clover_time(milliseconds) -%}
    make_timestamptz({{ milliseconds }} * 1000)
{%- endmacro %}

{% macro spark__clover_time(milliseconds) -%}
    timestamp_millis({{ milliseconds }})
{%- endmacro %}

{# Whole part of amount * parts / whole, for amounts and parts of at least 0; null when whole is 0 or null. In whole
   numbers of 38 digits: no binary fraction decides on a cent. #}
{% macro clover_share(amount, parts, whole) -%}
    {{ return(adapter.dispatch('clover_share')(amount, parts, whole)) }}
{%- endmacro %}

{% macro default__clover_share(amount, parts, whole) -%}
    (cast({{ amount }} as hugeint) * cast({{ parts }} as hugeint) // nullif(cast({{ whole }} as hugeint), 0))
{%- endmacro %}

{% macro spark__clover_share(amount, parts, whole) -%}
    (cast(cast({{ amount }} as decimal(38, 0)) * {{ parts }} as decimal(38, 0)) div nullif({{ whole }}, 0))
{%- endmacro %}

{# amount * parts / whole in the smallest unit, halves away from zero: Clover's own rounding ("round half up" in its
   documentation, HALF_UP in the calculator of its Android SDK). #}
{% macro clover_part(amount, parts, whole) -%}
    (sign({{ amount }}) * {{ clover_share('(2 * abs(' ~ amount ~ ') * ' ~ parts ~ ' + ' ~ whole ~ ')', '1', '2 * ' ~ whole) }})
{%- endmacro %}

{# What a discount takes off an amount: its own amount (told as a negative one), or per cent, whole or times 10,000. #}
{% macro clover_discount(amount) -%}
    (
        coalesce(-discounts.amount, 0)
        + coalesce(
            {{ clover_part(amount, 'coalesce(discounts.percentage_decimal, discounts.percentage * 10000)', '1000000') }}, 0
        )
    )
{%- endmacro %}

{# Kind of a Clover row in the unified layer's words. #}
{% macro clover_line_kind() -%}
    case
        when not is_revenue then 'gift_card'
        when item_id is null then 'custom'
        else 'item'
    end
{%- endmacro %}

{# Quantity of a Clover row: one unit, or thousandths of what is weighed. #}
{% macro clover_quantity() -%}
    {{ to_decimal('coalesce(unit_qty, 1000) * cast(0.001 as decimal(5, 4))') }}
{%- endmacro %}
