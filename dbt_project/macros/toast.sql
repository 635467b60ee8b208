{# A business date that Toast writes as the number yyyyMMdd. #}
{% macro toast_date(number) -%}
    cast(
        substring(cast({{ number }} as varchar), 1, 4) || '-' || substring(cast({{ number }} as varchar), 5, 2)
        || '-' || substring(cast({{ number }} as varchar), 7, 2) as date
    )
{%- endmacro %}

{# What became of a payment. Toast tells a status of cards only; any other kind is money received unless it was
   voided. A card is captured by itself after the close of day: what is authorised has been paid by the guest. #}
{% macro toast_payment_status(type, status, voided_at) -%}
    case
        when {{ voided_at }} is not null then 'canceled'
        when {{ status }} in ('VOIDED', 'VOIDED_AT_RISK', 'PROCESSING_VOID', 'CANCELLED') then 'canceled'
        when {{ status }} in ('DENIED', 'ERROR', 'ERROR_NETWORK') then 'failed'
        when {{ type }} = 'CREDIT' and {{ status }} in ('OPEN', 'PROCESSING') then 'pending'
        else 'completed'
    end
{%- endmacro %}

{# Kind of a selection. What is no sale but money taken in advance or owed counts like a gift card: sales that are
   deferred, gift cards, and what pays off a house account. #}
{% macro toast_line_kind(selection_type, deferred, item_guid) -%}
    case
        when
            coalesce({{ deferred }}, false)
            or {{ selection_type }} in ('TOAST_CARD_SELL', 'TOAST_CARD_RELOAD', 'HOUSE_ACCOUNT_PAY_BALANCE')
            then 'gift_card'
        when {{ item_guid }} is null then 'custom'
        else 'item'
    end
{%- endmacro %}

{# See changes_of. Menus change every day, and each order names a few modifiers of them. #}
{% macro changes_of_toast() -%}
    {%- set records = {'orders': ['guid']} -%}
    {%- for table in [
        'checks', 'selections', 'modifiers', 'modifiers_of_modifiers', 'deeper_modifiers', 'service_charges', 'payments'
    ] -%}
        {%- do records.update({table: ['order_guid']}) -%}
    {%- endfor -%}
    {{ return({
        'records': records,
        'observations': ['stock', 'stock_readings'],
        'references': {
            'restaurants': ['guid', 'timezone', 'closeout_hour', 'currency'],
            'dining_options': ['restaurant_guid', 'guid', 'name'],
            'revenue_centers': ['restaurant_guid', 'guid', 'name'],
        },
        'lookups': {
            'modifier_options': {'key': 'guid', 'columns': ['restaurant_guid', 'name']},
            'configured_items': {'key': 'guid', 'columns': ['restaurant_guid', 'name']},
        },
        'kept': ['base_toast__counted_otherwise'],
    }) }}
{%- endmacro %}
