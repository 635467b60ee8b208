-- K's financial API has no menu: an item is what its lines say, the latest one first. Its price is the one before
-- discounts and without tax, modifiers included.
with

-- of all lines few are the latest ones: they are found by few columns before they are put in order
latest_times as (
    select
        connection_id,
        sku,
        min(is_refund) as is_refund,
        coalesce(
            max(case when not is_refund then time_of_sale end), max(time_of_sale), timestamptz '1970-01-01 00:00:00+00'
        ) as told_at
    from {{ ref('base_lightspeed_k__lines') }}
    where sku is not null
    group by connection_id, sku
),

latest_lines as (
    select
        lines.*,
        row_number() over (
            partition by lines.connection_id, lines.sku
            order by lines.sale_id desc, lines.id desc
        ) as place
    from {{ ref('base_lightspeed_k__lines') }} as lines
    inner join latest_times
        on
            lines.connection_id = latest_times.connection_id
            and lines.sku = latest_times.sku
            and lines.is_refund = latest_times.is_refund
            and coalesce(lines.time_of_sale, timestamptz '1970-01-01 00:00:00+00') = latest_times.told_at
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
from latest_lines
where place = 1
