with daily_sales as (
    select
        location_key,
        item_key,
        business_date,
        units_sold,
        is_store_open
    from {{ ref('item_daily_sales') }}
),

cancellations as (
    select * from {{ ref('item_daily_cancellations') }}
),

stockouts as (
    select * from {{ ref('item_stockouts') }}
),

ingredient_use as (
    select * from {{ ref('ingredient_daily_use') }}
),

-- An item not yet launched says nothing about demand: its days begin with its first sale.
first_sales as (
    select
        location_key,
        item_key,
        min(business_date) as first_sold_on
    from daily_sales
    where units_sold > 0
    group by location_key, item_key
),

-- A day on which a part of the demand could be seen is filled up with what is expected of the other part.
sold_days as (
    select
        daily_sales.location_key,
        daily_sales.item_key,
        daily_sales.business_date,
        daily_sales.is_store_open,
        greatest(0, daily_sales.units_sold - coalesce(cancellations.units_cancelled, 0))
        + coalesce(ingredient_use.units_used, 0) as units,
        coalesce(stockouts.units_missed, 0) + coalesce(ingredient_use.units_missed, 0) as units_missed,
        coalesce(stockouts.share_of_day, 1) = 0 and coalesce(ingredient_use.all_menu_items_out, true) as is_out
    from daily_sales
    inner join first_sales
        on
            daily_sales.location_key = first_sales.location_key
            and daily_sales.item_key = first_sales.item_key
            and daily_sales.business_date >= first_sales.first_sold_on
    left join cancellations
        on
            daily_sales.location_key = cancellations.location_key
            and daily_sales.item_key = cancellations.item_key
            and daily_sales.business_date = cancellations.business_date
    left join stockouts
        on
            daily_sales.location_key = stockouts.location_key
            and daily_sales.item_key = stockouts.item_key
            and daily_sales.business_date = stockouts.business_date
    left join ingredient_use
        on
            daily_sales.location_key = ingredient_use.location_key
            and daily_sales.item_key = ingredient_use.item_key
            and daily_sales.business_date = ingredient_use.business_date
),

-- An ingredient that is not sold itself, or not yet.
used_days as (
    select
        ingredient_use.location_key,
        ingredient_use.item_key,
        ingredient_use.business_date,
        ingredient_use.is_store_open,
        ingredient_use.units_used as units,
        ingredient_use.units_missed,
        ingredient_use.all_menu_items_out as is_out
    from ingredient_use
    left join first_sales
        on
            ingredient_use.location_key = first_sales.location_key
            and ingredient_use.item_key = first_sales.item_key
    where first_sales.first_sold_on is null or ingredient_use.business_date < first_sales.first_sold_on
),

item_days as (
    select * from sold_days
    union all
    select * from used_days
)

select
    location_key,
    item_key,
    business_date,
    cast({{ weekday('business_date') }} as integer) as weekday,
    cast({{ days_between('business_date', as_of_date()) }} as integer) as days_ago,
    {{ to_decimal('case when is_store_open and not is_out then units + units_missed else units end') }} as demand,
    {{ to_decimal('case when is_store_open and not is_out then units_missed else 0 end') }} as units_missed,
    case
        when not is_store_open then 'store_closed'
        when is_out then 'out_of_stock'
    end as unobservable_because,
    is_store_open and not is_out as is_observable
from item_days
