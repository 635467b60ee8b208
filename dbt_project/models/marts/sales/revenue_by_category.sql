with

item_days as (
    select
        *,
        coalesce(category, 'uncategorised') as shown_category
    from {{ ref('item_daily_revenue') }}
)

select
    connection_id,
    pos,
    location_id,
    location_key,
    currency,
    business_date,
    shown_category as category,
    {{ to_decimal('sum(gross_sales)') }} as gross_sales,
    {{ to_decimal('sum(discounts)') }} as discounts,
    {{ to_decimal('sum(returns)') }} as returns,
    {{ to_decimal('sum(net_sales)') }} as net_sales,
    {{ to_decimal('sum(units)') }} as units,
    {{ to_decimal('sum(units_returned)') }} as units_returned
from item_days
group by connection_id, pos, location_id, location_key, currency, business_date, shown_category
