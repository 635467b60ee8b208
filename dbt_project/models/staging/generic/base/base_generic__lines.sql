-- Lines with their share of the discount that stands on their record as a whole: in proportion to gross, in whole units
-- of the currency's smallest coin, what is left over going to the largest lines. It holds the lines of all records, not
-- of those alone that changed: what no catalogue tells of an item is worked out from all.
{{ replaces_changed_records() }}

with

lines as (
    select
        *,
        -- a discount on a sale is no discount on goods that come back in it
        not is_voided and direction = direction_of_record and coalesce(order_discount, 0) > 0 as shares_discount,
        {{ ten_thousandths('gross') }} as weight,
        {{ ten_thousandths(minor_units('1', 'currency')) }} as coin,
        {{ ten_thousandths('coalesce(order_discount, 0)') }} as to_share
    from {{ ref('base_generic__priced_lines') }}
),

weighed as (
    select
        *,
        sum(case when shares_discount then weight else 0 end) over (
            partition by connection_id, native_record_id
        ) as whole_weight,
        row_number() over (
            partition by connection_id, native_record_id, shares_discount
            order by weight desc, line_id asc
        ) as place
    from lines
),

rounded_down as (
    select
        *,
        coin * case
            when shares_discount and whole_weight > 0
                then {{ whole_quotient(whole_quotient('to_share', 'coin') ~ ' * weight', 'whole_weight') }}
            else 0
        end as share
    from weighed
),

left_over as (
    select
        *,
        to_share - sum(share) over (partition by connection_id, native_record_id) as remainder
    from rounded_down
),

-- one coin each to the largest lines; what is less than a coin, or has no line to be measured by, to the largest
shared as (
    select
        *,
        share
        + case
            when not shares_discount then 0
            when whole_weight = 0 and place = 1 then remainder
            when whole_weight = 0 then 0
            else
                case when place <= {{ whole_quotient('remainder', 'coin') }} then coin else 0 end
                + case when place = 1 then remainder - coin * {{ whole_quotient('remainder', 'coin') }} else 0 end
        end as whole_share
    from left_over
)

select
    connection_id,
    native_record_id,
    line_id,
    direction,
    original_line_id,
    line_kind,
    item_id as native_item_id,
    {{ native_id(['native_record_id', 'line_id']) }} as native_id,
    {{ unified_key('connection_id', 'native_record_id') }} as order_id,
    {{ unified_key('connection_id', 'native_record_id') }} as record_id,
    {{ unified_key('connection_id', 'item_id') }} as item_id,
    item_name,
    variation_name,
    sku,
    barcode,
    category,
    sold_at,
    currency,
    is_voided,
    restocked,
    -- money given back for no goods is kept apart
    item_id is not null or original_line_id is not null as is_itemised,
    quantity,
    unit_price,
    unit_cost,
    gross,
    {{ to_decimal(
        'coalesce(discount, 0) + cast(whole_share as decimal(22, 0)) * cast(0.0001 as decimal(5, 4))'
    ) }} as discounts,
    tax is not null as tells_tax,
    coalesce(tax, 0) as tax,
    coalesce(tip, 0) as tips,
    coalesce(service_charge, 0) as service_charges,
    loaded_at
from shared
