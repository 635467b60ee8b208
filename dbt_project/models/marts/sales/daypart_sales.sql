with

revenue_by_hour as (
    select * from {{ ref('revenue_by_hour') }}
),

dayparts as (
    select * from {{ source('raw_settings', 'dayparts') }}
),

-- A daypart runs to the start of the next; the last of them over midnight to the first.
spans as (
    select
        daypart,
        starts_at_hour,
        coalesce(
            lead(starts_at_hour) over (order by starts_at_hour),
            24 + min(starts_at_hour) over ()
        ) as ends_at_hour
    from dayparts
),

hours as (
    select distinct hour_of_day
    from revenue_by_hour
    where hour_of_day is not null
),

dayparts_of_hours as (
    select
        hours.hour_of_day,
        spans.daypart
    from hours
    inner join spans
        on
            hours.hour_of_day between spans.starts_at_hour and spans.ends_at_hour - 1
            or hours.hour_of_day + 24 between spans.starts_at_hour and spans.ends_at_hour - 1
),

{% set measures = revenue_measures() + ['guests', 'orders_with_guests', 'net_sales_with_guests'] %}
parts as (
    select
        {% for measure in measures %}
            {{ to_decimal('sum(revenue_by_hour.' ~ measure ~ ')') }} as {{ measure }},
        {% endfor %}
        revenue_by_hour.connection_id,
        revenue_by_hour.pos,
        revenue_by_hour.location_id,
        revenue_by_hour.location_key,
        revenue_by_hour.currency,
        revenue_by_hour.business_date,
        coalesce(dayparts_of_hours.daypart, 'not told') as daypart,
        revenue_by_hour.dining_option,
        revenue_by_hour.revenue_center
    from revenue_by_hour
    left join dayparts_of_hours
        on revenue_by_hour.hour_of_day = dayparts_of_hours.hour_of_day
    group by
        revenue_by_hour.connection_id,
        revenue_by_hour.pos,
        revenue_by_hour.location_id,
        revenue_by_hour.location_key,
        revenue_by_hour.currency,
        revenue_by_hour.business_date,
        coalesce(dayparts_of_hours.daypart, 'not told'),
        revenue_by_hour.dining_option,
        revenue_by_hour.revenue_center
)

select
    connection_id,
    pos,
    location_id,
    location_key,
    currency,
    business_date,
    daypart,
    dining_option,
    revenue_center,
    gross_sales,
    discounts,
    returns,
    {{ net_sales() }} as net_sales,
    cast(orders as bigint) as orders,
    cast(guests as bigint) as guests,
    cast(orders_with_guests as bigint) as orders_with_guests,
    net_sales_with_guests,
    {{ divide('net_sales_with_guests', 'guests') }} as net_sales_per_guest
from parts
