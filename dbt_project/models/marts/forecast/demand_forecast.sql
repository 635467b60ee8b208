with settings as (
    select * from {{ ref('replenishment_settings') }}
),

forecasts as (
    select * from {{ ref('forecast_history') }}
    where origin_weeks_ago = 0
),

errors as (
    select * from {{ ref('forecast_error') }}
),

item_errors as (
    select
        location_key,
        item_key,
        {{ ratio('sum(abs(actual - expected))', 'sum(actual)') }} as backtest_wape
    from errors
    group by location_key, item_key
),

-- An item that was never sold: no demand is expected.
joined as (
    select
        settings.location_key,
        settings.item_key,
        settings.protection_days,
        coalesce(forecasts.method, 'no_sales') as method,
        coalesce(forecasts.demand_class, 'no_sales') as demand_class,
        coalesce(forecasts.level, 0.0) as level,
        coalesce(forecasts.forecast_daily, 0.0) as forecast_daily,
        coalesce(forecasts.demand_mean, 0.0) as demand_mean,
        coalesce(forecasts.fixed_interval_sd, 0.0) as fixed_interval_sd,
        cast(settings.lead_time_sd_days as double) as lead_time_sd_days,
        {%- for quantile in quantile_levels() %}
            coalesce(forecasts.{{ quantile.name }}, 0.0) as {{ quantile.name }},
        {%- endfor %}
        coalesce(forecasts.observable_days, 0) as observable_days,
        coalesce(forecasts.sale_days, 0) as sale_days,
        coalesce(forecasts.backtest_origins, 0) as backtest_origins,
        item_errors.backtest_wape
    from settings
    left join forecasts
        on
            settings.location_key = forecasts.location_key
            and settings.item_key = forecasts.item_key
    left join item_errors
        on
            settings.location_key = item_errors.location_key
            and settings.item_key = item_errors.item_key
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
),

-- The distances of the quantiles from the mean grow with it.
stretched as (
    select
        *,
        coalesce({{ ratio('demand_sd', 'fixed_interval_sd') }}, 1.0) as stretch
    from spread_out
)

select
    location_key,
    item_key,
    protection_days,
    method,
    demand_class,
    level,
    forecast_daily,
    demand_mean,
    fixed_interval_sd,
    demand_sd,
    {%- for quantile in quantile_levels() %}
        greatest(0.0, demand_mean + ({{ quantile.name }} - demand_mean) * stretch) as {{ quantile.name }},
    {%- endfor %}
    observable_days,
    sale_days,
    backtest_origins,
    backtest_wape
from stretched
