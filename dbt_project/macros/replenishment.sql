{# The rules that a buyer can set, each with its type. #}
{% macro replenishment_rules() -%}
    {{ return({
        'lead_time_days': 'decimal(18, 4)',
        'lead_time_sd_days': 'decimal(18, 4)',
        'review_period_days': 'integer',
        'order_days': 'text',
        'service_kind': 'text',
        'service_level': 'decimal(18, 4)',
        'pack_size': 'decimal(18, 4)',
        'minimum_order': 'decimal(18, 4)',
        'max_stock': 'decimal(18, 4)',
        'shelf_life_days': 'integer',
        'salvage_value': 'decimal(18, 4)',
    }) }}
{%- endmacro %}
