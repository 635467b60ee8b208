with items as (
    select * from {{ ref('items') }}
),

recipe_lines as (
    select * from {{ ref('recipe_lines') }}
),

-- One item_key may join several catalogue entries; the active one that knows its cost speaks for all.
ranked_items as (
    select
        item_key,
        product_name,
        variant_name,
        sku,
        category,
        supplier_id,
        unit_cost,
        cost_currency,
        row_number() over (
            partition by item_key
            order by
                case when is_active then 0 else 1 end,
                case when unit_cost is null then 1 else 0 end,
                item_id
        ) as preference
    from items
),

item_states as (
    select
        item_key,
        max(case when coalesce(is_active, true) then 1 else 0 end) = 1 as is_active,
        max(case when coalesce(is_gift_card, false) then 1 else 0 end) = 1 as is_gift_card
    from items
    group by item_key
),

recipes as (
    select
        menu_item_key,
        count(case when problem is null then 1 end) > 0 as has_recipe,
        count(problem) > 0 as has_unused_lines
    from recipe_lines
    group by menu_item_key
)

select
    ranked_items.item_key,
    {{ item_name('ranked_items.product_name', 'ranked_items.variant_name', 'ranked_items.item_key') }} as item_name,
    ranked_items.sku,
    ranked_items.category,
    ranked_items.supplier_id,
    ranked_items.unit_cost,
    ranked_items.cost_currency,
    item_states.is_active,
    item_states.is_gift_card,
    coalesce(recipes.has_recipe, false) as made_from_recipe,
    coalesce(recipes.has_unused_lines, false) as recipe_incomplete
from ranked_items
inner join item_states on ranked_items.item_key = item_states.item_key
left join recipes on ranked_items.item_key = recipes.menu_item_key
where ranked_items.preference = 1
