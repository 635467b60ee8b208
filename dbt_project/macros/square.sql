{# The part of a Square line's tax that is already inside its gross, in the smallest unit.

   Square gives, for each line,
       total = gross - discount + service charge + tax added on top
       tax   = tax added on top + tax inside the price
   so that
       tax inside the price = tax - (total - (gross - discount + service charge)).
   Where Square has itself taken the inclusive tax out of the gross (United States, Canada, Japan), the total
   exceeds the gross by it, and the same formula gives 0. The service charge is the line's share of charges that
   are spread over lines; an inclusive tax inside that share stays with the line, the two cannot be told apart.
   `line` is the line's relation with its dot, where there are several. #}
{% macro square_inclusive_tax(gross, line='') -%}
    coalesce({{ line }}tax_amount, 0) - (
        coalesce({{ line }}total_amount, 0) - (
            coalesce({{ gross }}, 0)
            - coalesce({{ line }}discount_amount, 0)
            + coalesce({{ line }}service_charge_amount, 0)
        )
    )
{%- endmacro %}

{# Kind of a Square line in the unified layer's words. #}
{% macro square_line_kind(item_type, catalog_object_id) -%}
    case
        when {{ item_type }} = 'GIFT_CARD' then 'gift_card'
        when {{ item_type }} = 'CUSTOM_AMOUNT' then 'custom'
        when {{ item_type }} is null and {{ catalog_object_id }} is null then 'custom'
        else 'item'
    end
{%- endmacro %}

{# See changes_of. A payment without an order and a refund without a return stand for themselves. #}
{% macro changes_of_square() -%}
    {{ return({
        'records': {
            'orders': ['id'],
            'order_lines': ['order_id'],
            'order_line_modifiers': ['order_id'],
            'order_service_charges': ['order_id'],
            'order_tenders': ['order_id', "'payment:' || payment_id"],
            'order_returns': ['order_id'],
            'order_return_lines': ['order_id'],
            'payments': ['order_id', "'payment:' || id"],
            'refunds': ['order_id', "'refund:' || id"],
        },
        'observations': ['inventory_counts', 'inventory_adjustments', 'inventory_physical_counts'],
        'references': {
            'locations': ['id', 'status', 'timezone', 'currency', 'business_day_cutoff_minutes'],
        },
    }) }}
{%- endmacro %}
