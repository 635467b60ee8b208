select
    connection_id,
    id as native_id,
    order_id,
    order_id as record_id,
    location_id,
    cast(null as text) as dining_option,
    cast(null as text) as revenue_center,
    cast(null as integer) as guests,
    created_at as ordered_at,
    case when is_sold then recognised_at end as closed_at,
    business_date,
    state,
    -- a sale that only takes goods back sells nothing
    is_sold and (sells or not takes_back) as is_sale,
    channel,
    customer_key,
    {{ minor_units('tax_units + returned_tax_units', 'currency') }} as tax,
    {{ minor_units('tip_units', 'currency') }} as tips,
    {{ minor_units('charge_units', 'currency') }} as service_charges,
    0 as shipping,
    0 as rounding,
    {{ minor_units(
        'case when is_sold then greatest(price_units + tax_units - paid_units, 0) else 0 end', 'currency'
    ) }} as unpaid_balance,
    currency,
    updated_at as source_updated_at,
    {{ minor_units('price_units + tax_units + returned_units', 'currency') }} as stated_total,
    case when is_paid then {{ minor_units('greatest(price_units + tax_units, 0)', 'currency') }} end as stated_paid,
    loaded_at
from {{ ref('base_lightspeed_x__amounts') }}
