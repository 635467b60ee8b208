with settings as (
    select * from {{ ref('replenishment_settings') }}
),

spreads as (
    select * from {{ ref('forecast_spread') }}
),

levels as (
    select *
    from {{ ref('forecast_level') }}
    where origin_weeks_ago = 0
),

residual_quantiles as (
    select * from {{ ref('forecast_residual_quantiles') }}
),

-- An item that was never sold, or whose sales were all cancelled: no demand is expected.
joined as (
    select
        settings.location_key,
        settings.item_key,
        settings.protection_days,
        coalesce(levels.demand_class, 'no_sales') as demand_class,
        case
            when levels.item_key is null or levels.demand_class = 'no_sales' then 'no_sales'
            when levels.is_new and levels.category_level is not null then 'new_item_category_profile'
            when levels.is_new then 'new_item'
            when levels.demand_class in ('intermittent', 'lumpy') then 'intermittent'
            else 'level_weekday'
        end as method,
        coalesce(levels.level, 0.0) as level,
        coalesce(levels.observable_days, 0) as observable_days,
        coalesce(levels.sale_days, 0) as sale_days,
        coalesce(spreads.mean_demand, 0.0) as demand_mean,
        coalesce(spreads.mean_demand, 0.0) / settings.protection_days as forecast_daily,
        coalesce(spreads.spread, 0.0) as fixed_interval_sd,
        coalesce(spreads.backtest_origins, 0) as backtest_origins,
        spreads.backtest_wape,
        cast(settings.lead_time_sd_days as double) as lead_time_sd_days
    from settings
    left join levels
        on
            settings.location_key = levels.location_key
            and settings.item_key = levels.item_key
    left join spreads
        on
            settings.location_key = spreads.location_key
            and settings.item_key = spreads.item_key
),

-- A lead time that varies moves the end of the interval: its share of the variance is d^2 sdL^2.
spread_out as (
    select
        *,
        sqrt(
            fixed_interval_sd * fixed_interval_sd
            + forecast_daily * forecast_daily * lead_time_sd_days * lead_time_sd_days
        ) as demand_sd
    from joined
)

select
    spread_out.location_key,
    spread_out.item_key,
    spread_out.protection_days,
    spread_out.method,
    spread_out.demand_class,
    residual_quantiles.source as quantile_source,
    spread_out.level,
    spread_out.forecast_daily,
    spread_out.demand_mean,
    spread_out.fixed_interval_sd,
    spread_out.demand_sd,
    {%- for quantile in quantile_levels() %}
        greatest(0.0, spread_out.demand_mean + residual_quantiles.{{ quantile.name }} * spread_out.demand_sd)
            as {{ quantile.name }},
    {%- endfor %}
    spread_out.observable_days,
    spread_out.sale_days,
    spread_out.backtest_origins,
    spread_out.backtest_wape
from spread_out
inner join residual_quantiles on spread_out.demand_class = residual_quantiles.demand_class
