with recipes as (
    select * from {{ source('raw_settings', 'recipes') }}
),

item_names as (
    select * from {{ ref('item_names') }}
),

-- A name may be that of several items. As an ingredient it is one of them, or it would be ordered several times.
ranked_ingredients as (
    select
        *,
        row_number() over (
            partition by given_name
            order by preference, item_key
        ) as choice
    from item_names
),

ingredients as (
    select
        given_name,
        item_key
    from ranked_ingredients
    where choice = 1
),

named as (
    select
        recipes.*,
        menu_items.item_key as menu_item_key,
        ingredients.item_key as ingredient_key,
        dense_rank() over (
            partition by menu_items.item_key
            order by menu_items.preference, recipes.menu_item
        ) as recipe_of_item
    from recipes
    left join item_names as menu_items on recipes.menu_item = menu_items.given_name
    left join ingredients on recipes.ingredient = ingredients.given_name
),

usable as (
    select distinct
        menu_item_key,
        ingredient_key
    from named
    where menu_item_key is not null and ingredient_key is not null and recipe_of_item = 1
),

chain_1 as (
    select * from usable
),

{%- for depth in range(2, deepest_recipe() + 2) %}
    chain_{{ depth }} as (
        select distinct
            chain_{{ depth - 1 }}.menu_item_key,
            usable.ingredient_key
        from chain_{{ depth - 1 }}
        inner join usable on chain_{{ depth - 1 }}.ingredient_key = usable.menu_item_key
    ),
{%- endfor %}

-- An item that needs itself begins a chain of any length.
endless as (
    select distinct menu_item_key from chain_{{ deepest_recipe() + 1 }}
)

select
    named.menu_item,
    named.ingredient,
    named.menu_item_key,
    named.ingredient_key,
    named.quantity,
    named.unit,
    case
        when named.menu_item_key is null then 'unknown_menu_item'
        when named.recipe_of_item > 1 then 'second_recipe_of_item'
        when named.ingredient_key is null then 'unknown_ingredient'
        when endless.menu_item_key is not null then 'never_ends'
    end as problem
from named
left join endless on named.menu_item_key = endless.menu_item_key
