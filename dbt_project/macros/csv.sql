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
