{#- Where these come from depends on what is in force. -#}
{%- set sources = {
    'review_period_days': 'case when order_days is null then review_period_days_source end',
    'service_level': "case when kind_in_force = 'newsvendor' then 'price and cost' else service_level_source end",
} -%}

with rules as (
    select * from {{ ref('replenishment_rules') }}
),

economics as (
    select * from {{ ref('item_unit_economics') }}
),

-- Two weeks hold the next two days on which an order can be placed, whichever they are.
calendar as (
    {{ date_spine(as_of_date(), add_days(as_of_date(), 13)) }}
),

given_order_days as (
    select distinct order_days
    from rules
    where order_days is not null
),

numbered_order_days as (
    select
        given_order_days.order_days,
        {{ days_between(as_of_date(), 'calendar.date_day') }} as days_ahead,
        row_number() over (
            partition by given_order_days.order_days
            order by calendar.date_day
        ) as chance
    from given_order_days
    inner join calendar
        on given_order_days.order_days like '%' || {{ weekday_word('calendar.date_day') }} || '%'
),

order_calendars as (
    select
        order_days,
        min(days_ahead) as order_wait_days,
        max(days_ahead) - min(days_ahead) as review_period_days
    from numbered_order_days
    where chance <= 2
    group by order_days
),

timed as (
    select
        rules.*,
        economics.unit_price,
        economics.unit_cost,
        coalesce(order_calendars.order_wait_days, 0) as order_wait_days,
        coalesce(order_calendars.review_period_days, rules.review_period_days) as review_days,
        {{ critical_ratio('economics.unit_price', 'economics.unit_cost', 'rules.salvage_value') }}
            as critical_ratio
    from rules
    inner join economics
        on
            rules.location_key = economics.location_key
            and rules.item_key = economics.item_key
    left join order_calendars on rules.order_days = order_calendars.order_days
),

-- What is left of goods that spoil before the next delivery is lost, so that it has to pay for itself.
aimed as (
    select
        *,
        coalesce(service_kind, case when shelf_life_days <= review_days then 'newsvendor' else 'cycle_service' end)
            as wanted_kind
    from timed
),

decided as (
    select
        *,
        case when wanted_kind = 'newsvendor' and critical_ratio is null then 'cycle_service' else wanted_kind end
            as kind_in_force
    from aimed
)

select
    location_key,
    item_key,
    lead_time_days,
    lead_time_sd_days,
    cast(review_days as integer) as review_period_days,
    order_days,
    cast(order_wait_days as integer) as order_wait_days,
    kind_in_force as service_kind,
    case
        when kind_in_force = 'newsvendor'
            then {{ to_decimal('least(0.999, greatest(0.01, critical_ratio))') }}
        else service_level
    end as service_level,
    pack_size,
    minimum_order,
    max_stock,
    shelf_life_days,
    unit_price,
    unit_cost,
    salvage_value,
    -- In some engines the least of a number and nothing is nothing.
    greatest(
        1,
        cast(
            ceil(order_wait_days + lead_time_days + least(review_days, coalesce(shelf_life_days, review_days)))
            as integer
        )
    ) as protection_days,
    concat_ws(
        ' ',
        case
            when wanted_kind = kind_in_force then null
            when unit_price is null then 'newsvendor_without_price'
            when unit_cost is null then 'newsvendor_without_cost'
            when unit_price <= unit_cost then 'newsvendor_without_margin'
            else 'salvage_not_below_cost'
        end,
        case when minimum_order > max_stock then 'minimum_above_max_stock' end,
        case when pack_size > max_stock then 'pack_above_max_stock' end,
        case when shelf_life_days < review_days then 'shelf_life_below_review_period' end
    ) as settings_codes,
    concat_ws(
        '; ',
        {%- for name in replenishment_rules() %}
            '{{ name }}: ' || {{ sources.get(name, name ~ '_source') }}
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    ) as settings_source
from decided
