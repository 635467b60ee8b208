-- The rows of the files that count, with their keys, their store's day and their amounts without nulls. It holds all
-- records, not those alone that changed: items and what was written off are worked out from all.
{{ replaces_changed_records() }}

with

sales as (
    select * from {{ source('raw_csv', 'sales') }}
    {{ of_changed_records('csv', csv_record()) }}
),

files as (
    select * from {{ source('raw_csv', 'files') }}
),

locations as (
    select * from {{ source('raw_csv', 'locations') }}
),

placed as (
    select
        sales.*,
        files.load_order,
        locations.timezone,
        locations.business_day_cutoff_minutes,
        coalesce(sales.currency, locations.currency) as row_currency,
        coalesce(locations.when_order_repeats, 'replace') as when_order_repeats,
        {{ native_id(['sales.file_hash', 'sales.line_number']) }} as row_id,
        {{ csv_record('sales.') }} as native_record_id,
        coalesce(
            sales.item_id,
            sales.sku,
            sales.barcode,
            sales.item_name || coalesce(' / ' || sales.variation_name, '')
        ) as native_item_id,
        -- receipt numbers may start again in each store: then the store is part of the order's id
        case
            when
                min(sales.location_id) over (partition by sales.connection_id, sales.order_id)
                <> max(sales.location_id) over (partition by sales.connection_id, sales.order_id)
                then {{ native_id(['sales.location_id', 'sales.order_id']) }}
            else sales.order_id
        end as native_order_id
    from sales
    left join files
        on
            sales.connection_id = files.connection_id
            and sales.file_hash = files.file_hash
    left join locations
        on
            sales.connection_id = locations.connection_id
            and sales.location_id = locations.id
),

ranked as (
    select
        *,
        coalesce(native_order_id, row_id) as native_order_or_row_id,
        max(load_order) over (
            partition by connection_id, coalesce(native_order_id, row_id)
        ) as newest_load_order
    from placed
)

select
    connection_id,
    row_id,
    native_record_id,
    {{ unified_key('connection_id', 'native_record_id') }} as record_id,
    row_kind,
    native_order_or_row_id as native_order_id,
    original_order_id,
    native_item_id,
    {{ unified_key('connection_id', 'row_id') }} as row_key,
    {{ unified_key('connection_id', 'native_order_or_row_id') }} as order_id,
    {{ unified_key('connection_id', 'original_order_id') }} as original_order_key,
    {{ unified_key('connection_id', 'location_id') }} as location_id,
    {{ unified_key('connection_id', 'native_item_id') }} as item_id,
    sold_at,
    {{ business_date('sold_at', 'timezone', 'business_day_cutoff_minutes') }} as business_date,
    coalesce(line_kind, case when native_item_id is null then 'custom' else 'item' end) as line_kind,
    row_currency as currency,
    {{ to_decimal('coalesce(quantity, 1)') }} as quantity,
    {{ to_decimal('unit_price') }} as unit_price,
    {{ to_decimal('coalesce(gross_sales, coalesce(quantity, 1) * unit_price, 0)') }} as gross_sales,
    {{ to_decimal('coalesce(discount, 0)') }} as discounts,
    {{ to_decimal('coalesce(tax, 0)') }} as tax,
    {{ to_decimal('coalesce(tip, 0)') }} as tips,
    {{ to_decimal('coalesce(service_charge, 0)') }} as service_charges,
    {{ to_decimal('unit_cost') }} as unit_cost,
    item_name,
    variation_name,
    sku,
    barcode,
    category,
    customer_key,
    payment_method,
    dining_option,
    channel,
    loaded_at
from ranked
where when_order_repeats = 'add' or load_order is null or load_order = newest_load_order
