{# A time that Clover tells in milliseconds since 1970 UTC. #}
{% macro clover_time(milliseconds) -%}
    {{ return(adapter.dispatch('clover_time')(milliseconds)) }}
{%- endmacro %}

{% macro default__clover_time(milliseconds) -%}
    make_timestamptz({{ milliseconds }} * 1000)
{%- endmacro %}

{% macro spark__clover_time(milliseconds) -%}
    timestamp_millis({{ milliseconds }})
{%- endmacro %}

{# Whole part of amount * parts / whole, for amounts and parts of at least 0; null when whole is 0 or null. In whole
   numbers of 38 digits: no binary fraction decides on a cent. #}
{% macro clover_share(amount, parts, whole) -%}
    {{ return(adapter.dispatch('clover_share')(amount, parts, whole)) }}
{%- endmacro %}

{% macro default__clover_share(amount, parts, whole) -%}
    (cast({{ amount }} as hugeint) * cast({{ parts }} as hugeint) // nullif(cast({{ whole }} as hugeint), 0))
{%- endmacro %}

{% macro spark__clover_share(amount, parts, whole) -%}
    (cast(cast({{ amount }} as decimal(38, 0)) * {{ parts }} as decimal(38, 0)) div nullif({{ whole }}, 0))
{%- endmacro %}

{# amount * parts / whole in the smallest unit, halves away from zero: Clover's own rounding ("round half up" in its
   documentation, HALF_UP in the calculator of its Android SDK). #}
{% macro clover_part(amount, parts, whole) -%}
    (sign({{ amount }}) * {{ clover_share('(2 * abs(' ~ amount ~ ') * ' ~ parts ~ ' + ' ~ whole ~ ')', '1', '2 * ' ~ whole) }})
{%- endmacro %}

{# What a discount takes off an amount: its own amount (told as a negative one), or per cent, whole or times 10,000. #}
{% macro clover_discount(amount) -%}
    (
        coalesce(-discounts.amount, 0)
        + coalesce(
            {{ clover_part(amount, 'coalesce(discounts.percentage_decimal, discounts.percentage * 10000)', '1000000') }}, 0
        )
    )
{%- endmacro %}

{# Kind of a Clover row in the unified layer's words. #}
{% macro clover_line_kind() -%}
    case
        when not is_revenue then 'gift_card'
        when item_id is null then 'custom'
        else 'item'
    end
{%- endmacro %}

{# Quantity of a Clover row: one unit, or thousandths of what is weighed. #}
{% macro clover_quantity() -%}
    {{ to_decimal('coalesce(unit_qty, 1000) * cast(0.001 as decimal(5, 4))') }}
{%- endmacro %}

{# A query of the orders that the last search of their time did not find: connection_id and native_id. One that was told
   again since is there. `orders` is a relation of raw orders. #}
{% macro clover_gone_orders(orders) -%}
    select
        orders.connection_id,
        orders.id as native_id
    from {{ orders }} as orders
    inner join {{ source('raw_clover', 'order_searches') }} as searches
        on
            orders.connection_id = searches.connection_id
            and orders.merchant_id = searches.merchant_id
            and orders.created_ms >= searches.created_since_ms
            and orders.loaded_at <= searches.loaded_at
    left join {{ source('raw_clover', 'orders_seen') }} as seen
        on
            orders.connection_id = seen.connection_id
            and orders.id = seen.id
    where seen.loaded_at is null or seen.loaded_at < searches.loaded_at
{%- endmacro %}

{# A query of the observations of stock that a later one of the same day takes back, because the item is no longer
   counted: item_id and observed_on. #}
{% macro clover_retold_stock() -%}
    select
        {{ unified_key('stocks.connection_id', 'stocks.item_id') }} as item_id,
        cast(stocks.observed_on as date) as observed_on
    from {{ source('raw_clover', 'item_stocks') }} as stocks
    inner join {{ api.Relation.create(target.database, 'staging', 'new_state') }} as new_state
        on
            new_state.pos = 'clover'
            and new_state.kind = 'load'
            and stocks.connection_id = new_state.connection_id
            and stocks.loaded_at = new_state.loaded_at
    where stocks.quantity is null
{%- endmacro %}

{# See changes_of. A payment, refund or credit without an order stands for itself; charges are loaded with their payment,
   the lines of a refund with it. #}
{% macro changes_of_clover() -%}
    {%- set records = {'orders': ['id']} -%}
    {%- for table in [
        'order_lines', 'line_discounts', 'line_modifications', 'line_tax_rates', 'order_discounts', 'order_customers'
    ] -%}
        {%- do records.update({table: ['order_id']}) -%}
    {%- endfor -%}
    {%- for table, kind in [('payments', 'payment'), ('refunds', 'refund'), ('credits', 'credit')] -%}
        {%- do records.update({table: ['order_id', "'" ~ kind ~ ":' || id"]}) -%}
    {%- endfor -%}
    {{ return({
        'records': records,
        'observations': ['item_stocks'],
        'references': {
            'properties': [
                'merchant_id', 'currency', 'timezone', 'set_timezone', 'summary_hour', 'set_cutoff_minutes',
            ],
            'tenders': ['id', 'label_key'],
            'order_types': ['id', 'label'],
        },
        'gone': clover_gone_orders(source('raw_clover', 'orders')),
        'retold': {'inventory_levels': clover_retold_stock()},
    }) }}
{%- endmacro %}
