-- Which part of the day sells how much?
-- Orders, net sales, their share, and the spend per guest where the till knows the guests, one row a daypart and
-- currency. The hours of the dayparts are a setting.
-- Bars: net_sales
with

daypart_sales as (
    select * from {{ ref('daypart_sales') }}
    where {{ on_asked_days() }} and {{ in_asked_stores() }}
),

dayparts as (
    select
        currency,
        daypart,
        cast(sum(orders) as bigint) as orders,
        {{ to_decimal('sum(net_sales)') }} as net_sales,
        cast(sum(guests) as bigint) as guests,
        {{ to_decimal('sum(net_sales_with_guests)') }} as net_sales_with_guests
    from daypart_sales
    group by currency, daypart
)

select
    currency,
    daypart,
    orders,
    net_sales,
    {{ share('net_sales', 'sum(net_sales) over (partition by currency)') }} as net_sales_share,
    guests,
    {{ divide('net_sales_with_guests', 'guests') }} as net_sales_per_guest
from dayparts
order by currency asc, net_sales desc, daypart asc
