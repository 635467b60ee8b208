-- Through which channels is it sold?
-- Orders, net sales and what was collected at the till, online and so on, as the system names it, and the share of it;
-- one row a channel and currency.
-- Bars: total_collected
with

channel_mix as (
    select * from {{ ref('channel_mix') }}
    where {{ on_asked_days() }} and {{ in_asked_stores() }}
),

channels as (
    select
        currency,
        channel,
        cast(sum(orders) as bigint) as orders,
        {{ to_decimal('sum(net_sales)') }} as net_sales,
        {{ to_decimal('sum(total_collected)') }} as total_collected
    from channel_mix
    group by currency, channel
)

select
    *,
    {{ share('total_collected', 'sum(total_collected) over (partition by currency)') }} as total_collected_share
from channels
order by currency asc, total_collected desc, channel asc
