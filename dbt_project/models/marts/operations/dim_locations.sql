with

locations as (
    select * from {{ ref('locations') }}
),

sale_days as (
    select
        location_id,
        min(business_date) as first_sale_on,
        max(business_date) as last_sale_on
    from {{ ref('revenue_by_hour') }}
    where orders > 0
    group by location_id
)

select
    locations.location_id,
    locations.connection_id,
    locations.pos,
    locations.native_id,
    locations.location_key,
    locations.name,
    locations.timezone,
    locations.currency,
    locations.business_day_cutoff_minutes,
    locations.is_active,
    sale_days.first_sale_on,
    sale_days.last_sale_on
from locations
left join sale_days
    on locations.location_id = sale_days.location_id
