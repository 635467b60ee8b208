with lines as (
    select
        menu_item_key,
        ingredient_key,
        cast(sum(quantity) as decimal(18, 8)) as quantity
    from {{ ref('recipe_lines') }}
    where problem is null
    group by menu_item_key, ingredient_key
),

made as (
    select distinct menu_item_key from lines
),

level_1 as (
    select * from lines
),

{%- for depth in range(2, deepest_recipe() + 1) %}
    level_{{ depth }} as (
        select
            level_{{ depth - 1 }}.menu_item_key,
            lines.ingredient_key,
            cast(sum(level_{{ depth - 1 }}.quantity * lines.quantity) as decimal(18, 8)) as quantity
        from level_{{ depth - 1 }}
        inner join lines on level_{{ depth - 1 }}.ingredient_key = lines.menu_item_key
        group by level_{{ depth - 1 }}.menu_item_key, lines.ingredient_key
    ),
{%- endfor %}

levels as (
    {%- for depth in range(1, deepest_recipe() + 1) %}
        select * from level_{{ depth }}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
)

select
    levels.menu_item_key,
    levels.ingredient_key,
    cast(sum(levels.quantity) as decimal(18, 8)) as quantity
from levels
left join made on levels.ingredient_key = made.menu_item_key
where made.menu_item_key is null
group by levels.menu_item_key, levels.ingredient_key
