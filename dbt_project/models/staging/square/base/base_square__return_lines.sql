-- Lines of the returns that happened. A line that names neither a sold line nor a catalogue item gives money
-- back without saying for what: is_itemised tells the two apart.
with

return_lines as (
    select * from {{ source('raw_square', 'order_return_lines') }}
    {{ of_changed_records('square', 'order_id') }}
),

orders as (
    select * from {{ ref('base_square__orders') }}
),

returns as (
    select * from {{ ref('base_square__returns') }}
),

sold_lines as (
    select * from {{ source('raw_square', 'order_lines') }}
    {{ of_changed_records('square', 'order_id') }}
),

sold_orders as (
    select * from {{ ref('base_square__orders') }}
),

current_sold_lines as (
    select
        sold_lines.connection_id,
        sold_lines.order_id,
        sold_lines.uid,
        sold_lines.catalog_object_id,
        sold_lines.item_type
    from sold_lines
    inner join sold_orders
        on
            sold_lines.connection_id = sold_orders.connection_id
            and sold_lines.order_id = sold_orders.id
            and sold_lines.order_version = sold_orders.version
)

select
    return_lines.connection_id,
    return_lines.order_id as native_order_id,
    return_lines.return_uid,
    return_lines.uid,
    returns.return_id,
    returns.sale_order_id,
    return_lines.source_order_id,
    return_lines.source_line_uid,
    returns.location_id,
    returns.currency,
    returns.recognised_at,
    returns.business_date,
    coalesce(return_lines.catalog_object_id, current_sold_lines.catalog_object_id) as catalog_object_id,
    coalesce(return_lines.item_type, current_sold_lines.item_type) as item_type,
    (
        return_lines.source_line_uid is not null
        or return_lines.catalog_object_id is not null
    ) as is_itemised,
    {{ to_decimal('return_lines.quantity') }} as quantity,
    {{ minor_units('coalesce(return_lines.gross_return_amount, 0)', 'returns.currency') }} as gross,
    {{ minor_units('coalesce(return_lines.discount_amount, 0)', 'returns.currency') }} as discounts,
    {{ minor_units('coalesce(return_lines.tax_amount, 0)', 'returns.currency') }} as tax,
    {{ minor_units(
        square_inclusive_tax('return_lines.gross_return_amount', 'return_lines.'), 'returns.currency'
    ) }} as inclusive_tax,
    {{ minor_units('coalesce(return_lines.total_amount, 0)', 'returns.currency') }} as total,
    return_lines.loaded_at
from return_lines
inner join orders
    on
        return_lines.connection_id = orders.connection_id
        and return_lines.order_id = orders.id
        and return_lines.order_version = orders.version
inner join returns
    on
        return_lines.connection_id = returns.connection_id
        and return_lines.order_id = returns.native_order_id
        and return_lines.return_uid = returns.return_uid
left join current_sold_lines
    on
        return_lines.connection_id = current_sold_lines.connection_id
        and return_lines.source_order_id = current_sold_lines.order_id
        and return_lines.source_line_uid = current_sold_lines.uid
