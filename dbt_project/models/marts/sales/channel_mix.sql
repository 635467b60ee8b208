with

revenue_by_hour as (
    select
        *,
        coalesce(channel, 'not told') as shown_channel
    from {{ ref('revenue_by_hour') }}
),

channels as (
    select
        {% for measure in revenue_measures() %}
            {{ to_decimal('sum(' ~ measure ~ ')') }} as {{ measure }},
        {% endfor %}
        connection_id,
        pos,
        location_id,
        location_key,
        currency,
        business_date,
        shown_channel as channel
    from revenue_by_hour
    group by connection_id, pos, location_id, location_key, currency, business_date, shown_channel
),

collected as (
    select
        *,
        {{ net_sales() }} as net_sales,
        {{ total_collected() }} as total_collected
    from channels
),

days as (
    select
        *,
        sum(total_collected) over (partition by location_id, currency, business_date) as collected_on_day
    from collected
)

select
    connection_id,
    pos,
    location_id,
    location_key,
    currency,
    business_date,
    channel,
    cast(orders as bigint) as orders,
    gross_sales,
    discounts,
    returns,
    net_sales,
    total_collected,
    {{ share('total_collected', 'collected_on_day') }} as share_of_day
from days
