with safety_stock as (
    select * from {{ ref('safety_stock') }}
),

settings as (
    select * from {{ ref('replenishment_settings') }}
),

forecasts as (
    select * from {{ ref('demand_forecast') }}
),

positions as (
    select * from {{ ref('inventory_position') }}
),

open_purchase_orders as (
    select * from {{ ref('open_purchase_orders') }}
),

economics as (
    select * from {{ ref('item_unit_economics') }}
),

velocity as (
    select * from {{ ref('item_velocity') }}
),

item_attributes as (
    select * from {{ ref('item_attributes') }}
),

suppliers as (
    select * from {{ ref('suppliers') }}
),

locations as (
    select * from {{ ref('locations') }}
),

location_attributes as (
    select
        location_key,
        min(name) as location_name,
        case when count(distinct currency) = 1 then min(currency) end as currency,
        max(case when is_active then 1 else 0 end) = 1 as is_active
    from locations
    group by location_key
),

awaited as (
    select
        open_purchase_orders.location_key,
        open_purchase_orders.item_key,
        open_purchase_orders.on_order,
        {{ days_between(as_of_date(), 'open_purchase_orders.expected_on') }} as days_to_wait,
        settings.order_wait_days + settings.lead_time_days as days_to_arrival
    from open_purchase_orders
    inner join settings
        on
            open_purchase_orders.location_key = settings.location_key
            and open_purchase_orders.item_key = settings.item_key
),

-- What is expected only after an order placed today would arrive does not keep the shelf full until then, and what
-- was expected before today may never come.
delays as (
    select
        location_key,
        item_key,
        sum(case when days_to_wait > days_to_arrival then on_order else 0 end) as late,
        sum(case when days_to_wait < 0 then on_order else 0 end) as overdue
    from awaited
    group by location_key, item_key
)

select
    {{ as_of_date() }} as as_of_date,
    safety_stock.location_key,
    location_attributes.location_name,
    safety_stock.item_key,
    item_attributes.item_name,
    item_attributes.sku,
    item_attributes.barcode,
    item_attributes.category,
    item_attributes.supplier_id,
    suppliers.name as supplier_name,
    location_attributes.currency,
    item_attributes.is_active,
    location_attributes.is_active as location_is_active,
    item_attributes.made_from_recipe,
    item_attributes.recipe_incomplete,
    positions.stock_known,
    positions.on_hand,
    positions.on_order,
    {%- for delay in ['late', 'overdue'] %}
        case
            when positions.stock_known
                then {{ to_decimal('least(positions.on_order, coalesce(delays.' ~ delay ~ ', 0))') }}
        end as on_order_{{ delay }},
    {%- endfor %}
    positions.committed,
    positions.inventory_position,
    positions.unit_cost,
    economics.unit_price as net_price,
    {{ to_places('coalesce(velocity.velocity_28d, 0.0)') }} as velocity_28d,
    coalesce(velocity.abc_class, 'C') as abc_class,
    coalesce(velocity.xyz_class, 'Z') as xyz_class,
    settings.order_wait_days,
    settings.lead_time_days,
    settings.lead_time_sd_days,
    settings.review_period_days,
    settings.protection_days,
    settings.service_kind,
    settings.service_level,
    settings.pack_size,
    settings.minimum_order,
    settings.max_stock,
    settings.shelf_life_days,
    settings.settings_codes,
    {{ to_places('forecasts.forecast_daily') }} as forecast_daily,
    {{ to_places('safety_stock.demand_mean') }} as demand_mean,
    {{ to_places('safety_stock.demand_sd') }} as demand_sd,
    {{ to_places('safety_stock.demand_quantile') }} as demand_quantile,
    {{ to_places('safety_stock.lead_time_demand_mean') }} as lead_time_demand_mean,
    {{ to_places('safety_stock.lead_time_demand_sd') }} as lead_time_demand_sd,
    {%- for quantile in quantile_levels() %}
        {{ to_places('safety_stock.lead_time_' ~ quantile.name) }} as lead_time_{{ quantile.name }},
    {%- endfor %}
    safety_stock.safety_stock,
    safety_stock.pack_allowance,
    safety_stock.classical_safety_stock,
    safety_stock.reorder_point,
    safety_stock.order_up_to,
    forecasts.method,
    forecasts.demand_class,
    -- How near the backtested totals came: 1 is exact, 0 is off by as much as was sold, or more.
    {{ to_places('greatest(0.0, 1.0 - forecasts.backtest_wape)') }} as accuracy
from safety_stock
inner join settings
    on
        safety_stock.location_key = settings.location_key
        and safety_stock.item_key = settings.item_key
inner join forecasts
    on
        safety_stock.location_key = forecasts.location_key
        and safety_stock.item_key = forecasts.item_key
inner join positions
    on
        safety_stock.location_key = positions.location_key
        and safety_stock.item_key = positions.item_key
inner join item_attributes on safety_stock.item_key = item_attributes.item_key
inner join location_attributes on safety_stock.location_key = location_attributes.location_key
left join velocity
    on
        safety_stock.location_key = velocity.location_key
        and safety_stock.item_key = velocity.item_key
left join suppliers on item_attributes.supplier_id = suppliers.supplier_id
left join delays
    on
        safety_stock.location_key = delays.location_key
        and safety_stock.item_key = delays.item_key
left join economics
    on
        safety_stock.location_key = economics.location_key
        and safety_stock.item_key = economics.item_key
