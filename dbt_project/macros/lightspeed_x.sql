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

{# Whether a sale with this status is one: not parked, not voided, no labour that is still to be done. A layby, a sale
   on account and one that waits for dispatch or pick-up are sold. A status that is not listed does not count. #}
{% macro lightspeed_x_is_sold(status) -%}
    coalesce({{ status }} in (
        'CLOSED', 'ONACCOUNT', 'ONACCOUNT_CLOSED', 'LAYBY', 'LAYBY_CLOSED', 'AWAITING_DISPATCH', 'AWAITING_PICKUP',
        'DISPATCHED_CLOSED', 'PICKED_UP_CLOSED', 'SERVICE_CLOSED'
    ), false)
{%- endmacro %}
