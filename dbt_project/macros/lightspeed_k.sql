{# See changes_of. K tells anew each day when the next one begins: what an account depends on is the cut-off in force. #}
{% macro changes_of_lightspeed_k() -%}
    {{ return({
        'records': {
            'sales': ['id'],
            'sale_lines': ['sale_id'],
            'sale_payments': ['sale_id'],
        },
        'derived_references': {
            'base_lightspeed_k__locations': [
                'location_number', 'timezone', 'currency', 'business_day_cutoff_minutes'
            ],
        },
        'kept': ['base_lightspeed_k__lines'],
    }) }}
{%- endmacro %}
