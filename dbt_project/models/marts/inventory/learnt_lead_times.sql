{%- set fewest_orders = 5 -%}

with purchase_orders as (
    select *
    from {{ ref('purchase_orders') }}
    where
        received_at >= ordered_at
        and received_at < {{ as_of_date() }}
        and ordered_at >= {{ first_item_day() }}
),

locations as (
    select * from {{ ref('locations') }}
),

received as (
    select
        purchase_orders.supplier_id,
        locations.location_key,
        {{ elapsed_days('purchase_orders.ordered_at', 'purchase_orders.received_at') }} as lead_time_days
    from purchase_orders
    inner join locations on purchase_orders.location_id = locations.location_id
    where purchase_orders.supplier_id is not null
)

select
    supplier_id,
    location_key,
    {{ to_decimal('avg(lead_time_days)') }} as lead_time_days,
    {{ to_decimal('stddev_samp(lead_time_days)') }} as lead_time_sd_days,
    cast(count(*) as integer) as received_orders
from received
group by supplier_id, location_key
having count(*) >= {{ fewest_orders }}
