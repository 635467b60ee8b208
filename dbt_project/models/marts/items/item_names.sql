with items as (
    select * from {{ ref('items') }}
),

named as (
    select
        item_key,
        item_key as given_name,
        1 as preference
    from items
    union all
    select
        item_key,
        item_id as given_name,
        2 as preference
    from items
    union all
    select
        item_key,
        sku as given_name,
        3 as preference
    from items
    where sku is not null
)

select
    given_name,
    item_key,
    min(preference) as preference
from named
group by given_name, item_key
