-- What is added to each sale beside its lines, in the currency's smallest unit; negative when it is given back. Every
-- kind that is no tip and no discount is a charge.
with

adjustments as (
    select * from {{ source('raw_lightspeed_x', 'sale_adjustments') }}
    {{ of_changed_records('lightspeed_x', 'sale_id') }}
),

sales as (
    select * from {{ ref('base_lightspeed_x__sales') }}
)

select
    sales.order_id,
    case coalesce(adjustments.type, adjustments.adjustment_type)
        when 'TIP' then 'tip'
        when 'DISCOUNT' then 'discount'
        else 'charge'
    end as kind,
    {{ smallest_units('coalesce(adjustments.value, 0)', 'sales.currency') }} as units
from adjustments
inner join sales
    on
        adjustments.connection_id = sales.connection_id
        and adjustments.sale_id = sales.id
        and adjustments.sale_version = sales.version
