with daily_sales as (
    select * from {{ ref('item_daily_sales') }}
),

recipe_ingredients as (
    select * from {{ ref('recipe_ingredients') }}
),

cancellations as (
    select * from {{ ref('item_daily_cancellations') }}
),

stockouts as (
    select * from {{ ref('item_stockouts') }}
),

menu_items as (
    select distinct menu_item_key from recipe_ingredients
),

first_sales as (
    select
        daily_sales.location_key,
        daily_sales.item_key,
        min(daily_sales.business_date) as first_sold_on
    from daily_sales
    inner join menu_items on daily_sales.item_key = menu_items.menu_item_key
    where daily_sales.units_sold > 0
    group by daily_sales.location_key, daily_sales.item_key
)

select
    daily_sales.location_key,
    recipe_ingredients.ingredient_key as item_key,
    daily_sales.business_date,
    {{ to_decimal(
        'sum(greatest(0, daily_sales.units_sold - coalesce(cancellations.units_cancelled, 0))'
        ~ ' * recipe_ingredients.quantity)'
    ) }} as units_used,
    {{ to_decimal('sum(coalesce(stockouts.units_missed, 0) * recipe_ingredients.quantity)') }} as units_missed,
    max(case when daily_sales.is_store_open then 1 else 0 end) = 1 as is_store_open,
    min(case when stockouts.share_of_day = 0 then 1 else 0 end) = 1 as all_menu_items_out
from daily_sales
inner join first_sales
    on
        daily_sales.location_key = first_sales.location_key
        and daily_sales.item_key = first_sales.item_key
        and daily_sales.business_date >= first_sales.first_sold_on
inner join recipe_ingredients on daily_sales.item_key = recipe_ingredients.menu_item_key
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
group by daily_sales.location_key, recipe_ingredients.ingredient_key, daily_sales.business_date
