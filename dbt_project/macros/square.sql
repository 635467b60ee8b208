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
