-- What was the total revenue?
-- From gross sales down to net sales, and what was collected on top of them, one row a currency. Tax, tips, charges and
-- gift cards are less what was given back of them.
with

daily_revenue as (
    select * from {{ ref('daily_revenue') }}
    where {{ on_asked_days() }} and {{ in_asked_stores() }}
)

select
    currency,
    {{ to_decimal('sum(gross_sales)') }} as gross_sales,
    {{ to_decimal('sum(discounts)') }} as discounts,
    {{ to_decimal('sum(returns)') }} as returns,
    {{ to_decimal('sum(net_sales)') }} as net_sales,
    {{ to_decimal('sum(tax - refunded_tax)') }} as tax,
    {{ to_decimal('sum(tips - refunded_tips)') }} as tips,
    {{ to_decimal('sum(service_charges - refunded_service_charges)') }} as service_charges,
    {{ to_decimal('sum(shipping)') }} as shipping,
    {{ to_decimal('sum(gift_cards_sold - refunded_gift_cards)') }} as gift_cards,
    {{ to_decimal('sum(rounding)') }} as rounding,
    {{ to_decimal('sum(unitemized_refunds)') }} as unitemized_refunds,
    {{ to_decimal('sum(total_collected)') }} as total_collected,
    cast(sum(orders) as bigint) as orders
from daily_revenue
group by currency
order by currency
