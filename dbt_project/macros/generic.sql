{# An amount of a custom API as decimal money: told in the currency's smallest unit (minor) or in its own (major). #}
{% macro generic_money(amount, currency, amounts_in) -%}
    case
        when {{ amounts_in }} = 'minor' then {{ minor_units(amount, currency) }}
        else {{ to_decimal(amount) }}
    end
{%- endmacro %}

{# The id of an order or a return: the two kinds of lists may number their records alike. #}
{% macro generic_record() -%}
    case record_kind when 'return' then 'return:' || order_id else order_id end
{%- endmacro %}

{# See changes_of. Payments and refunds from lists of their own stand for themselves: what they name as their order may be
   corrected. #}
{% macro changes_of_generic() -%}
    {{ return({
        'records': {
            'orders': [generic_record()],
            'order_lines': [generic_record()],
            'order_payments': [generic_record()],
            'payments': ["'payment:' || payment_id"],
            'refunds': ["'refund:' || refund_id"],
        },
        'observations': ['inventory_levels'],
        'derived_references': {
            'stg_generic__locations': ['native_id', 'timezone', 'currency', 'business_day_cutoff_minutes'],
        },
        'kept': ['base_generic__lines'],
    }) }}
{%- endmacro %}
