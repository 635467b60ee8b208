{# Whether a sale with this status is one: not parked, not voided, no labour that is still to be done. A layby, a sale
   on account and one that waits for dispatch or pick-up are sold. A status that is not listed does not count. #}
{% macro lightspeed_x_is_sold(status) -%}
    coalesce({{ status }} in (
        'CLOSED', 'ONACCOUNT', 'ONACCOUNT_CLOSED', 'LAYBY', 'LAYBY_CLOSED', 'AWAITING_DISPATCH', 'AWAITING_PICKUP',
        'DISPATCHED_CLOSED', 'PICKED_UP_CLOSED', 'SERVICE_CLOSED'
    ), false)
{%- endmacro %}

{# See changes_of. A store that is not listed goes by the clock of the first one that trades. #}
{% macro changes_of_lightspeed_x() -%}
    {{ return({
        'records': {
            'sales': ['id'],
            'sale_lines': ['sale_id'],
            'sale_payments': ['sale_id'],
            'sale_adjustments': ['sale_id'],
        },
        'observations': ['inventory'],
        'references': {
            'outlets': ['id', 'time_zone', 'currency', 'business_day_cutoff_minutes', 'deleted_at is null'],
            'retailers': ['id', 'discount_product_id'],
            'walk_in_customers': ['customer_key'],
        },
    }) }}
{%- endmacro %}
