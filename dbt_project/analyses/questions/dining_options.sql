-- How do guests dine?
-- Orders and net sales before returns of eating in, taking away and delivery, as the till names them, and each one's
-- share; one row a dining option and currency.
-- Bars: net_sales_share
with

revenue_by_hour as (
    select * from {{ ref('revenue_by_hour') }}
    where orders > 0 and {{ on_asked_days() }} and {{ in_asked_stores() }}
),

options as (
    select
        currency,
        coalesce(dining_option, 'not told') as dining_option,
        cast(sum(orders) as bigint) as orders,
        {{ to_decimal('sum(gross_sales - discounts)') }} as net_sales_before_returns
    from revenue_by_hour
    group by currency, coalesce(dining_option, 'not told')
)

select
    currency,
    dining_option,
    orders,
    net_sales_before_returns,
    {{ divide('net_sales_before_returns', 'orders') }} as net_sales_per_order,
    {{ share(
        'net_sales_before_returns', 'sum(net_sales_before_returns) over (partition by currency)'
    ) }} as net_sales_share
from options
order by currency asc, net_sales_before_returns desc, dining_option asc
