-- At which hours of which weekdays is most sold?
-- Orders of an hour on an average Monday to Sunday, in the 91 days before the last build; one row an hour of the
-- store's clock.
with

hourly_sales as (
    select * from {{ ref('hourly_sales') }}
    where {{ in_asked_stores() }}
)

select
    hour_of_day,
    {%- for name in ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] %}
        {{ to_decimal('sum(case when weekday = ' ~ loop.index ~ ' then orders_per_day else 0 end)') }} as {{ name }},
    {%- endfor %}
    {{ to_decimal('sum(orders_per_day)') }} as week
from hourly_sales
group by hour_of_day
order by hour_of_day
