-- Menu engineering: M. L. Kasavana and D. I. Smith, "Menu Engineering: A Practical Guide to Menu Analysis", 1982.
-- Lines are scanned once, in few columns, for the orders of the last 90 days: voids and modifiers are in no smaller
-- table.
{% set longest_window = 90 %}
with

orders as (
    select
        order_id,
        location_id,
        currency,
        counts_as_sale,
        {{ days_between('business_date', as_of_date()) }} as days_ago
    from {{ ref('orders') }}
    where business_date >= {{ add_days(as_of_date(), -longest_window) }} and business_date < {{ as_of_date() }}
),

order_lines as (
    select
        order_line_id,
        order_id,
        item_id,
        is_voided
    from {{ ref('order_lines') }}
    where line_kind = 'item' and item_id is not null
),

modifiers as (
    select order_line_id from {{ ref('order_line_modifiers') }}
),

item_days as (
    select
        *,
        {{ days_between('business_date', as_of_date()) }} as days_ago
    from {{ ref('item_daily_revenue') }}
    where
        line_kind = 'item' and item_key is not null
        and business_date >= {{ add_days(as_of_date(), -longest_window) }} and business_date < {{ as_of_date() }}
),

item_attributes as (
    select * from {{ ref('item_attributes') }}
),

items as (
    select * from {{ ref('items') }}
),

locations as (
    select * from {{ ref('locations') }}
),

windows as (
    select 28 as window_days
    union all
    select {{ longest_window }} as window_days
),

sold as (
    select
        item_days.location_key,
        item_days.item_key,
        item_days.currency,
        windows.window_days,
        {{ to_decimal('sum(item_days.units)') }} as units,
        {{ to_decimal('sum(item_days.units_returned)') }} as units_returned,
        {{ to_decimal('sum(item_days.net_sales)') }} as net_sales,
        cast(sum(item_days.lines_sold) as bigint) as lines_sold,
        cast(sum(item_days.lines_discounted) as bigint) as lines_discounted
    from item_days
    inner join windows
        on item_days.days_ago <= windows.window_days
    group by item_days.location_key, item_days.item_key, item_days.currency, windows.window_days
),

-- A line that was struck out says so even where its order does not count because nothing of it was left.
recent_lines as (
    select
        order_lines.order_line_id,
        order_lines.order_id,
        order_lines.item_id,
        order_lines.is_voided,
        orders.location_id,
        orders.currency,
        orders.days_ago
    from order_lines
    inner join orders
        on order_lines.order_id = orders.order_id
    where orders.counts_as_sale or order_lines.is_voided
),

modified_lines as (
    select distinct modifiers.order_line_id
    from modifiers
    inner join recent_lines
        on modifiers.order_line_id = recent_lines.order_line_id
    where not recent_lines.is_voided
),

handled as (
    select
        coalesce(locations.location_key, recent_lines.location_id) as location_key,
        coalesce(items.item_key, recent_lines.item_id) as item_key,
        recent_lines.currency,
        windows.window_days,
        count(distinct case when not recent_lines.is_voided then recent_lines.order_id end) as orders,
        count(modified_lines.order_line_id) as lines_with_modifiers,
        count(case when recent_lines.is_voided then 1 end) as lines_voided
    from recent_lines
    inner join windows
        on recent_lines.days_ago <= windows.window_days
    left join items
        on recent_lines.item_id = items.item_id
    left join locations
        on recent_lines.location_id = locations.location_id
    left join modified_lines
        on recent_lines.order_line_id = modified_lines.order_line_id
    group by
        coalesce(locations.location_key, recent_lines.location_id),
        coalesce(items.item_key, recent_lines.item_id),
        recent_lines.currency,
        windows.window_days
),

joined as (
    select
        coalesce(sold.location_key, handled.location_key) as location_key,
        coalesce(sold.item_key, handled.item_key) as item_key,
        coalesce(sold.currency, handled.currency) as currency,
        coalesce(sold.window_days, handled.window_days) as window_days,
        coalesce(sold.units, 0) as units,
        coalesce(sold.units_returned, 0) as units_returned,
        -- wide, because a product of two amounts of eighteen digits does not fit into eighteen
        cast(coalesce(sold.units, 0) - coalesce(sold.units_returned, 0) as decimal(38, 4)) as units_kept,
        coalesce(sold.net_sales, 0) as net_sales,
        coalesce(sold.lines_sold, 0) as lines_sold,
        coalesce(sold.lines_discounted, 0) as lines_discounted,
        coalesce(handled.orders, 0) as orders,
        coalesce(handled.lines_with_modifiers, 0) as lines_with_modifiers,
        coalesce(handled.lines_voided, 0) as lines_voided
    from sold
    full outer join handled
        on
            sold.location_key = handled.location_key
            and sold.item_key = handled.item_key
            and sold.currency = handled.currency
            and sold.window_days = handled.window_days
),

-- Cost counts only in the currency of the sales.
costed as (
    select
        joined.*,
        item_attributes.category,
        case when item_attributes.cost_currency = joined.currency then item_attributes.unit_cost end as unit_cost
    from joined
    left join item_attributes
        on joined.item_key = item_attributes.item_key
),

margins as (
    select
        *,
        {{ to_decimal('net_sales - units_kept * unit_cost') }} as contribution_margin,
        case when units > 0 and units_kept > 0 and unit_cost is not null then units_kept end as units_with_margin
    from costed
),

menus as (
    select
        *,
        sum(units) over menu as menu_units,
        count(case when units > 0 then 1 end) over menu as menu_items,
        sum(units_with_margin) over menu as menu_units_with_margin,
        sum(case when units_with_margin is not null then contribution_margin end) over menu as menu_margin,
        sum(lines_with_modifiers) over menu as menu_lines_with_modifiers,
        sum(lines_voided) over menu as menu_lines_voided
    from margins
    window menu as (partition by location_key, currency, window_days)
),

-- Both comparisons are multiplied out in whole numbers, so that an item that stands exactly on the line counts as
-- above it.
judged as (
    select
        *,
        10 * menu_items * {{ ten_thousandths('units') }} >= 7 * {{ ten_thousandths('menu_units') }} as is_popular,
        {{ ten_thousandths('contribution_margin') }} * {{ ten_thousandths('menu_units_with_margin') }}
        >= {{ ten_thousandths('menu_margin') }} * {{ ten_thousandths('units_with_margin') }} as is_profitable
    from menus
)

select
    location_key,
    item_key,
    currency,
    cast(window_days as integer) as window_days,
    category,
    {{ to_decimal('units') }} as units,
    {{ to_decimal('units_returned') }} as units_returned,
    orders,
    {{ to_decimal('net_sales') }} as net_sales,
    unit_cost,
    contribution_margin,
    {{ divide(
        '10000 * cast(contribution_margin as decimal(38, 4))', ten_thousandths('units_with_margin')
    ) }} as contribution_margin_per_unit,
    coalesce({{ ratio('units', 'menu_units') }}, 0) as popularity_share,
    case
        when units_with_margin is null then null
        when is_popular and is_profitable then 'star'
        when is_popular then 'plowhorse'
        when is_profitable then 'puzzle'
        else 'dog'
    end as menu_class,
    lines_sold,
    lines_with_modifiers,
    case when menu_lines_with_modifiers > 0 then {{ ratio('lines_with_modifiers', 'lines_sold') }} end
        as modifier_uptake,
    lines_voided,
    case when menu_lines_voided > 0 then {{ ratio('lines_voided', 'lines_sold + lines_voided') }} end as void_rate,
    lines_discounted,
    {{ ratio('lines_discounted', 'lines_sold') }} as discount_rate
from judged
