-- K's financial API has no menu: an item is what its lines say, the latest one first. Its price is the one before
-- discounts and without tax, modifiers included.
with

lines as (
    select
        *,
        row_number() over (
            partition by connection_id, sku
            order by is_refund asc, time_of_sale desc, sale_id desc, id desc
        ) as place
    from {{ ref('base_lightspeed_k__lines') }}
    where sku is not null
)

select
    connection_id,
    sku as native_id,
    {{ unified_key('connection_id', 'sku') }} as item_id,
    name as product_name,
    cast(null as text) as variant_name,
    sku,
    cast(null as text) as barcode,
    accounting_group as category,
    {{ to_decimal(ratio(minor_units('gross_units', 'currency'), 'quantity')) }} as unit_price,
    -- 0 is K's word for a cost that nobody entered
    nullif(unit_cost_price, 0) as unit_cost,
    currency as cost_currency,
    cast(null as text) as supplier_id,
    false as tracks_inventory,
    true as is_active,
    false as is_gift_card,
    loaded_at
from lines
where place = 1
