{# Whether a sale with this status is one: not parked, not voided, no labour that is still to be done. A layby, a sale
   on account and one that waits for dispatch or pick-up are sold. A status that is not listed does not count. #}
{% macro lightspeed_x_is_sold(status) -%}
    coalesce({{ status }} in (
        'CLOSED', 'ONACCOUNT', 'ONACCOUNT_CLOSED', 'LAYBY', 'LAYBY_CLOSED', 'AWAITING_DISPATCH', 'AWAITING_PICKUP',
        'DISPATCHED_CLOSED', 'PICKED_UP_CLOSED', 'SERVICE_CLOSED'
    ), false)
{%- endmacro %}
