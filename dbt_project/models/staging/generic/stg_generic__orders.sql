-- Tax is what the order says as a whole, or else its lines. Of an order that also takes goods back, the API's own sums
-- are net of these: then only the lines tell what was sold.
select
    connection_id,
    native_id,
    order_id,
    order_id as record_id,
    location_id,
    dining_option,
    revenue_center,
    guests,
    coalesce(ordered_at, sold_at) as ordered_at,
    case when state <> 'open' then sold_at end as closed_at,
    business_date,
    state,
    state = 'completed' as is_sale,
    channel,
    customer_key,
    case when is_exchange then sold_tax else coalesce(tax, sold_tax) end as tax,
    case when direction = 'sale' then coalesce(tip, 0) else 0 end + sold_tips as tips,
    case when direction = 'sale' then coalesce(service_charge, 0) else 0 end + sold_service_charges
        as service_charges,
    case when direction = 'sale' then coalesce(shipping, 0) else 0 end as shipping,
    case when direction = 'sale' then coalesce(rounding, 0) else 0 end as rounding,
    coalesce(unpaid_balance, case when total > paid then total - paid end, 0) as unpaid_balance,
    currency,
    updated_at as source_updated_at,
    case when direction = 'sale' and not is_exchange then total end as stated_total,
    case when direction = 'sale' and not is_exchange then paid end as stated_paid,
    loaded_at
from {{ ref('base_generic__order_sums') }}
where direction = 'sale' or sold_lines > 0
