{#- What is usually sold is that of this many weeks, the week of the day included: all of it is known when the week
    is over, and every origin of the forecast lies between two of these weeks. -#}
{%- set usual_weeks = 8 -%}
{%- set profile_days = 91 -%}
{%- set week = 'cast(floor((' ~ days_between('business_date', as_of_date()) ~ ' - 1) / 7) as integer)' -%}

with opening_stock as (
    select *
    from {{ ref('item_opening_stock') }}
    where business_date < {{ as_of_date() }} and (on_hand <= 0 or (offered > 0 and unsold <= 0))
),

recipe_ingredients as (
    select * from {{ ref('recipe_ingredients') }}
),

daily_sales as (
    select
        location_key,
        item_key,
        business_date,
        units_sold,
        is_store_open,
        {{ week }} as weeks_ago
    from {{ ref('item_daily_sales') }}
),

cancellations as (
    select * from {{ ref('item_daily_cancellations') }}
),

sales_lines as (
    select
        location_key,
        item_key,
        business_date,
        hour_of_day
    from {{ ref('fct_sales_lines') }}
    where line_type = 'sale' and business_date < {{ as_of_date() }} and business_date >= {{ first_item_day() }}
),

revenue_by_hour as (
    select *
    from {{ ref('revenue_by_hour') }}
    where
        business_date < {{ as_of_date() }}
        and business_date >= {{ add_days(as_of_date(), -profile_days) }}
        and hour_of_day is not null
),

locations as (
    select * from {{ ref('locations') }}
),

-- The hours of a trading day begin at the close of the one before.
first_hours as (
    select
        location_key,
        cast(floor(min(business_day_cutoff_minutes) / 60.0) as integer) as first_hour
    from locations
    group by location_key
),

hourly_orders as (
    select
        revenue_by_hour.location_key,
        (revenue_by_hour.hour_of_day - first_hours.first_hour + 24) % 24 as hour_of_trading,
        sum(revenue_by_hour.orders) as orders
    from revenue_by_hour
    inner join first_hours on revenue_by_hour.location_key = first_hours.location_key
    group by
        revenue_by_hour.location_key,
        (revenue_by_hour.hour_of_day - first_hours.first_hour + 24) % 24
),

-- Which part of a day's orders has come when an hour is over.
profiles as (
    select
        location_key,
        hour_of_trading,
        {{ ratio(
            'sum(orders) over (partition by location_key order by hour_of_trading)',
            'sum(orders) over (partition by location_key)'
        ) }} as share_of_orders
    from hourly_orders
),

-- A shelf is empty for the item itself and for all that is made of it.
empty_shelves as (
    select
        location_key,
        item_key as shelf_key,
        item_key,
        business_date,
        on_hand <= 0 as empty_at_opening,
        offered > 0 and coalesce(unsold <= 0, false) as ran_empty
    from opening_stock
    union all
    select
        opening_stock.location_key,
        opening_stock.item_key as shelf_key,
        recipe_ingredients.menu_item_key as item_key,
        opening_stock.business_date,
        opening_stock.on_hand <= 0 as empty_at_opening,
        opening_stock.offered > 0 and coalesce(opening_stock.unsold <= 0, false) as ran_empty
    from opening_stock
    inner join recipe_ingredients on opening_stock.item_key = recipe_ingredients.ingredient_key
),

-- The last sale of what draws on the shelf emptied it.
emptied as (
    select
        empty_shelves.location_key,
        empty_shelves.shelf_key,
        empty_shelves.business_date,
        max((sales_lines.hour_of_day - first_hours.first_hour + 24) % 24) as hour_of_trading
    from empty_shelves
    inner join sales_lines
        on
            empty_shelves.location_key = sales_lines.location_key
            and empty_shelves.item_key = sales_lines.item_key
            and empty_shelves.business_date = sales_lines.business_date
    inner join first_hours on empty_shelves.location_key = first_hours.location_key
    where empty_shelves.ran_empty
    group by empty_shelves.location_key, empty_shelves.shelf_key, empty_shelves.business_date
),

item_shelves as (
    select
        empty_shelves.location_key,
        empty_shelves.item_key,
        empty_shelves.business_date,
        max(case when empty_shelves.empty_at_opening then 1 else 0 end) = 1 as empty_at_opening,
        min(case when empty_shelves.ran_empty then profiles.share_of_orders end) as share_until_empty
    from empty_shelves
    left join emptied
        on
            empty_shelves.location_key = emptied.location_key
            and empty_shelves.shelf_key = emptied.shelf_key
            and empty_shelves.business_date = emptied.business_date
    left join profiles
        on
            emptied.location_key = profiles.location_key
            and emptied.hour_of_trading = profiles.hour_of_trading
    group by empty_shelves.location_key, empty_shelves.item_key, empty_shelves.business_date
),

-- A sale shows that an item was there, whatever its stock says.
out_days as (
    select
        daily_sales.location_key,
        daily_sales.item_key,
        daily_sales.business_date,
        daily_sales.weeks_ago,
        greatest(0, daily_sales.units_sold - coalesce(cancellations.units_cancelled, 0)) as units,
        {{ to_decimal('case
            when item_shelves.empty_at_opening and daily_sales.units_sold <= 0 then 0
            else coalesce(item_shelves.share_until_empty, 1)
        end') }} as share_of_day
    from item_shelves
    inner join daily_sales
        on
            item_shelves.location_key = daily_sales.location_key
            and item_shelves.item_key = daily_sales.item_key
            and item_shelves.business_date = daily_sales.business_date
    left join cancellations
        on
            item_shelves.location_key = cancellations.location_key
            and item_shelves.item_key = cancellations.item_key
            and item_shelves.business_date = cancellations.business_date
    where daily_sales.is_store_open
),

stockouts as (
    select * from out_days
    where share_of_day < 1
),

weekly_sales as (
    select
        location_key,
        item_key,
        weeks_ago,
        sum(case when is_store_open then units_sold else 0 end) as units,
        count(case when is_store_open then 1 end) as days
    from daily_sales
    group by location_key, item_key, weeks_ago
),

weekly_stockouts as (
    select
        location_key,
        item_key,
        weeks_ago,
        sum(1 - share_of_day) as days
    from stockouts
    group by location_key, item_key, weeks_ago
),

weekly_cancellations as (
    select
        location_key,
        item_key,
        {{ week }} as weeks_ago,
        sum(units_cancelled) as units
    from cancellations
    group by location_key, item_key, {{ week }}
),

weeks as (
    select
        weekly_sales.location_key,
        weekly_sales.item_key,
        weekly_sales.weeks_ago,
        weekly_sales.units - coalesce(weekly_cancellations.units, 0) as units,
        weekly_sales.days - coalesce(weekly_stockouts.days, 0) as days
    from weekly_sales
    left join weekly_stockouts
        on
            weekly_sales.location_key = weekly_stockouts.location_key
            and weekly_sales.item_key = weekly_stockouts.item_key
            and weekly_sales.weeks_ago = weekly_stockouts.weeks_ago
    left join weekly_cancellations
        on
            weekly_sales.location_key = weekly_cancellations.location_key
            and weekly_sales.item_key = weekly_cancellations.item_key
            and weekly_sales.weeks_ago = weekly_cancellations.weeks_ago
),

usual as (
    select
        location_key,
        item_key,
        weeks_ago,
        greatest(0, sum(units) over recent) as units,
        greatest(1, sum(days) over recent) as days
    from weeks
    window recent as (
        partition by location_key, item_key
        order by weeks_ago
        rows between current row and {{ usual_weeks - 1 }} following
    )
)

-- The pace of the day is that of what was sold in a part of it and of one usual day together.
select
    stockouts.location_key,
    stockouts.item_key,
    stockouts.business_date,
    stockouts.share_of_day,
    {{ to_decimal('stockouts.units') }} as units_sold,
    {{ to_decimal(
        '(1 - stockouts.share_of_day) * ' ~ ratio(
            'stockouts.units + ' ~ ratio('usual.units', 'usual.days'), '1 + stockouts.share_of_day'
        )
    ) }} as units_missed
from stockouts
inner join usual
    on
        stockouts.location_key = usual.location_key
        and stockouts.item_key = usual.item_key
        and stockouts.weeks_ago = usual.weeks_ago
