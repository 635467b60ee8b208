{# A foreign key of Lightspeed Retail R-Series: 0 points to nothing. #}
{% macro lightspeed_r_key(column) -%}
    nullif({{ column }}, '0')
{%- endmacro %}

{# An amount to the cent. R states its sales to the cent, but the tax of a line with all its places. #}
{% macro lightspeed_r_cents(amount) -%}
    cast(round({{ amount }}, 2) as {{ decimal_type() }})
{%- endmacro %}

{# Kind of a line: an item fee says so itself; a line without an item was typed by hand, unless a payment put value
   on a gift card with it. #}
{% macro lightspeed_r_line_kind(line_type, item_id, gift_card_line_id) -%}
    case
        when {{ line_type }} in ('item_fee', 'item_fee_refund') then 'fee'
        when {{ gift_card_line_id }} is not null then 'gift_card'
        when {{ lightspeed_r_key(item_id) }} is null then 'custom'
        else 'item'
    end
{%- endmacro %}

{# How a payment type reads in the unified layer's words. A merchant names the user defined ones as he likes. #}
{% macro lightspeed_r_payment_method(type, name) -%}
    case
        when {{ type }} = 'cash' then 'cash'
        when {{ type }} = 'credit card' then 'card'
        when {{ type }} = 'gift card' then 'gift_card'
        when {{ type }} = 'credit account' then 'account'
        when
            lower({{ name }}) like '%apple pay%' or lower({{ name }}) like '%google pay%'
            or lower({{ name }}) like '%paypal%' or lower({{ name }}) like '%alipay%'
            or lower({{ name }}) like '%wallet%'
            then 'wallet'
        when lower({{ name }}) like '%card%' or lower({{ name }}) like '%debit%' then 'card'
        when lower({{ name }}) like '%cash%' then 'cash'
        else 'other'
    end
{%- endmacro %}

{# Kind of a change of stock. R logs only by how much a count or a correction by hand changed the stock, never the
   level that was found: what was missing reads as waste, what was too many as a receipt. #}
{% macro lightspeed_r_movement_kind(log) -%}
    case
        when {{ log }}.reason in ('RefundAddInventory', 'VoidRefund') then 'return'
        when {{ lightspeed_r_key(log ~ '.sale_id') }} is not null then 'sale'
        when
            {{ lightspeed_r_key(log ~ '.transfer_id') }} is not null
            or {{ lightspeed_r_key(log ~ '.vendor_return_id') }} is not null
            then 'transfer'
        when {{ lightspeed_r_key(log ~ '.purchase_order_id') }} is not null then 'receipt'
        when {{ log }}.quantity_change < 0 then 'waste'
        else 'receipt'
    end
{%- endmacro %}

{# See changes_of. A store that is not listed goes by the clock of the first one that trades. #}
{% macro changes_of_lightspeed_r() -%}
    {{ return({
        'records': {
            'sales': ['id'],
            'sale_lines': ['sale_id'],
            'sale_payments': ['sale_id'],
            'sale_payment_accounts': ['sale_id'],
        },
        'observations': ['item_shops', 'inventory_logs'],
        'references': {
            'shops': ['id', 'timezone', 'currency', 'business_day_cutoff_minutes', 'archived'],
            'payment_types': ['id', 'type', 'name'],
        },
    }) }}
{%- endmacro %}
