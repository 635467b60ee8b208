{# The columns that every point-of-sale system's staging gives for an entity of the unified layer, with their types.
   A staging model may hold nothing of its own beside them; what unified derives (item_key, totals) is not here. #}
{% macro entity_columns(entity) -%}
    {%- set entities = {
        'locations': {
            'location_id': 'text', 'name': 'text', 'timezone': 'text', 'currency': 'text',
            'business_day_cutoff_minutes': 'integer', 'is_active': 'boolean',
        },
        'items': {
            'item_id': 'text', 'product_name': 'text', 'variant_name': 'text', 'sku': 'text', 'barcode': 'text',
            'category': 'text', 'unit_price': 'decimal', 'unit_cost': 'decimal', 'cost_currency': 'text',
            'supplier_id': 'text', 'tracks_inventory': 'boolean', 'is_active': 'boolean', 'is_gift_card': 'boolean',
        },
        'orders': {
            'record_id': 'text',
            'order_id': 'text', 'location_id': 'text', 'dining_option': 'text', 'revenue_center': 'text',
            'guests': 'integer', 'ordered_at': 'timestamp', 'closed_at': 'timestamp', 'business_date': 'date',
            'state': 'text', 'is_sale': 'boolean', 'channel': 'text', 'customer_key': 'text', 'tax': 'decimal',
            'tips': 'decimal', 'service_charges': 'decimal', 'shipping': 'decimal', 'rounding': 'decimal',
            'unpaid_balance': 'decimal', 'currency': 'text', 'source_updated_at': 'timestamp',
            'stated_total': 'decimal', 'stated_paid': 'decimal',
        },
        'order_lines': {
            'record_id': 'text',
            'order_line_id': 'text', 'order_id': 'text', 'item_id': 'text', 'line_kind': 'text',
            'quantity': 'decimal', 'unit_price': 'decimal', 'gross_sales': 'decimal', 'discounts': 'decimal',
            'tax': 'decimal', 'is_voided': 'boolean',
        },
        'order_line_modifiers': {
            'record_id': 'text',
            'order_line_modifier_id': 'text', 'order_line_id': 'text', 'name': 'text', 'quantity': 'decimal',
            'amount': 'decimal',
        },
        'return_lines': {
            'record_id': 'text',
            'return_line_id': 'text', 'return_id': 'text', 'order_id': 'text', 'order_line_id': 'text',
            'location_id': 'text', 'item_id': 'text', 'line_kind': 'text', 'currency': 'text',
            'quantity': 'decimal', 'gross_amount': 'decimal', 'discounts': 'decimal', 'tax': 'decimal',
            'returned_at': 'timestamp', 'business_date': 'date', 'restocked': 'boolean',
        },
        'refunds': {
            'record_id': 'text',
            'return_id': 'text', 'order_id': 'text', 'location_id': 'text', 'currency': 'text',
            'refunded_at': 'timestamp', 'business_date': 'date', 'goods': 'decimal', 'tax': 'decimal',
            'tips': 'decimal', 'service_charges': 'decimal', 'gift_cards': 'decimal', 'rounding': 'decimal',
            'unitemized_amount': 'decimal', 'channel': 'text',
        },
        'payments': {
            'record_id': 'text',
            'payment_id': 'text', 'order_id': 'text', 'location_id': 'text', 'method': 'text', 'amount': 'decimal',
            'tip': 'decimal', 'currency': 'text', 'status': 'text', 'paid_at': 'timestamp',
        },
        'inventory_levels': {
            'location_id': 'text', 'item_id': 'text', 'on_hand': 'decimal', 'available': 'decimal',
            'committed': 'decimal', 'incoming': 'decimal', 'observed_on': 'date', 'observed_at': 'timestamp',
        },
        'inventory_movements': {
            'movement_id': 'text', 'location_id': 'text', 'item_id': 'text', 'kind': 'text', 'quantity': 'decimal',
            'occurred_at': 'timestamp', 'order_id': 'text',
        },
        'suppliers': {'supplier_id': 'text', 'name': 'text', 'is_active': 'boolean'},
        'purchase_orders': {
            'purchase_order_id': 'text', 'supplier_id': 'text', 'location_id': 'text', 'ordered_at': 'timestamp',
            'expected_at': 'timestamp', 'received_at': 'timestamp', 'status': 'text',
        },
        'purchase_order_lines': {
            'purchase_order_line_id': 'text', 'purchase_order_id': 'text', 'item_id': 'text', 'quantity': 'decimal',
            'received_quantity': 'decimal', 'unit_cost': 'decimal',
        },
        'vendor_totals': {
            'location_id': 'text', 'currency': 'text', 'business_date': 'date', 'gross_sales': 'decimal',
            'discounts': 'decimal', 'returns': 'decimal', 'net_sales': 'decimal', 'tax': 'decimal',
            'tips': 'decimal',
        },
        'changed_records': {'record_id': 'text'},
        'raw_tables': {
            'table_name': 'text', 'last_record_at': 'timestamp', 'row_count': 'bigint', 'rejected_count': 'bigint',
        },
    } -%}
    {%- set types = {'decimal': 'decimal(18, 4)', 'timestamp': 'timestamptz'} -%}
    {%- set columns = {'connection_id': 'text'} -%}
    {%- if entity not in ('raw_tables', 'vendor_totals') %}{% do columns.update({'native_id': 'text'}) %}{% endif -%}
    {%- for name, type in entities[entity].items() %}{% do columns.update({name: types.get(type, type)}) %}{% endfor -%}
    {%- if entity != 'changed_records' %}{% do columns.update({'loaded_at': 'timestamptz'}) %}{% endif -%}
    {{ return(columns) }}
{%- endmacro %}

{# All rows of an entity, of every point-of-sale system that tells of it, with the system's name in the column pos.

   What depends on what does not follow from what the warehouse holds: every system's model is a parent of the union.
   It is read only where the system has rows, so that a merchant's build does not cost what other systems need. #}
{% macro union_of_pos(entity) -%}
    {%- set relations = {} -%}
    {%- for pos, not_told in var('pos').items() if entity not in not_told -%}
        {%- do relations.update({pos: ref('stg_' ~ pos ~ '__' ~ entity)}) -%}
    {%- endfor -%}
    {%- for pos, relation in relations.items() if has_rows(pos) %}
    {%- set is_whole = 'changed_records' in var('pos')[pos] %}
    select
        '{{ pos }}' as pos,
        {%- for name, type in entity_columns(entity).items() %}
        {%- set value = whole_connection() if is_whole and name == 'record_id' else name %}
        cast({{ value }} as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ relation }}
    {%- if 'record_id' in entity_columns(entity) and entity != 'changed_records' and not is_whole %}
    {%- if not execute or builds_changes_only() %}
    where record_id in (select record_id from {{ ref('stg_' ~ pos ~ '__changed_records') }})
    {%- endif %}
    {%- endif %}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- else %}
    select
        cast(null as text) as pos,
        {%- for name, type in entity_columns(entity).items() %}
        cast(null as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    where 1 = 0
    {%- endfor %}
{%- endmacro %}

{# Whether a system's raw tables hold rows. POS_SYSTEMS names those that do, separated by commas; unset: all may.
   It is not asked while dbt parses: dbt would parse these models again whenever it changes. #}
{% macro has_rows(pos) -%}
    {%- set systems = env_var('POS_SYSTEMS', 'all') if execute else 'all' -%}
    {{ return(systems == 'all' or pos in systems.split(',')) }}
{%- endmacro %}
