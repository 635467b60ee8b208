{{ config(contract={'enforced': false}) }}
with settings as (
    select * from {{ ref('replenishment_settings') }}
),

spreads as (
    select * from {{ ref('forecast_spread') }}
),

levels as (
    select * from {{ ref('forecast_level') }}
),

residual_quantiles as (
    select * from {{ ref('forecast_residual_quantiles') }}
),

known as (
    select
        levels.*,
        settings.protection_days,
        coalesce({{ ratio('spreads.mean_demand', 'current_levels.level') }}, 0.0) * levels.level as mean_demand,
        spreads.spread
    from levels
    inner join settings
        on
            levels.location_key = settings.location_key
            and levels.item_key = settings.item_key
    inner join spreads
        on
            levels.location_key = spreads.location_key
            and levels.item_key = spreads.item_key
    inner join levels as current_levels
        on
            levels.location_key = current_levels.location_key
            and levels.item_key = current_levels.item_key
            and current_levels.origin_weeks_ago = 0
)

select
    known.location_key,
    known.item_key,
    cast(known.origin_weeks_ago as integer) as origin_weeks_ago,
    {{ add_days(as_of_date(), '-7 * known.origin_weeks_ago') }} as origin_date,
    known.protection_days,
    'level_weekday' as method,
    known.demand_class,
    known.mean_demand / known.protection_days as forecast_daily,
    known.mean_demand as demand_mean,
    known.spread as fixed_interval_sd,
    {%- for quantile in quantile_levels() %}
        greatest(0.0, known.mean_demand + residual_quantiles.{{ quantile.name }} * known.spread) as {{ quantile.name }}
        {%- if not loop.last %},{% endif %}
    {%- endfor %}
from known
inner join residual_quantiles on known.demand_class = residual_quantiles.demand_class
