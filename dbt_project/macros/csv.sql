{# How a file's own words for a payment read in the unified layer's. The narrower word is asked first: a gift card is
   a card too, and so is what a wallet holds. #}
{% macro csv_payment_method(words) -%}
    case
        when lower({{ words }}) like '%gift%' or lower({{ words }}) like '%voucher%' then 'gift_card'
        when
            lower({{ words }}) like '%paypal%' or lower({{ words }}) like '%wallet%'
            or lower({{ words }}) like '%apple%' or lower({{ words }}) like '%google%'
            then 'wallet'
        when lower({{ words }}) like '%cash%' then 'cash'
        when
            lower({{ words }}) like '%card%' or lower({{ words }}) like '%visa%' or lower({{ words }}) like '%amex%'
            or lower({{ words }}) like '%credit%' or lower({{ words }}) like '%debit%'
            or lower({{ words }}) like '%maestro%'
            then 'card'
        when
            lower({{ words }}) like '%account%' or lower({{ words }}) like '%invoice%'
            or lower({{ words }}) like '%transfer%'
            then 'account'
        else 'other'
    end
{%- endmacro %}

{# The record of a row: its order number, whichever files and stores have it, or the row itself where it has none.
   `sales` is the rows' relation with its dot, where there are several. #}
{% macro csv_record(sales='') -%}
    coalesce('order:' || {{ sales }}order_id, 'row:' || {{ native_id([sales ~ 'file_hash', sales ~ 'line_number']) }})
{%- endmacro %}

{# See changes_of. #}
{% macro changes_of_csv() -%}
    {{ return({
        'records': {'sales': [csv_record()]},
        'references': {
            'locations': ['id', 'timezone', 'currency', 'business_day_cutoff_minutes', 'when_order_repeats'],
        },
        'lookups': {
            'files': {'key': 'file_hash', 'columns': ['load_order', 'loaded_at']},
        },
        'kept': ['base_csv__rows'],
        'withdrawn': ['inventory_movements'],
    }) }}
{%- endmacro %}
