with settings as (
    select * from {{ ref('replenishment_settings') }}
),

forecasts as (
    select * from {{ ref('demand_forecast') }}
),

daily_demand as (
    select * from {{ ref('item_daily_demand') }}
),

daily_spreads as (
    select
        location_key,
        item_key,
        stddev_samp(cast(demand as double)) as daily_sd
    from daily_demand
    where is_observable and days_ago <= 91
    group by location_key, item_key
),

scored as (
    select
        forecasts.*,
        settings.lead_time_days,
        settings.lead_time_sd_days,
        settings.review_period_days,
        settings.service_level,
        coalesce(daily_spreads.daily_sd, 0.0) as daily_sd,
        {{ normal_score('settings.service_level') }} as score,
        -- The spread of a fixed span grows with the root of its days; that of the lead time comes on top.
        sqrt(
            forecasts.fixed_interval_sd * forecasts.fixed_interval_sd
            * cast(settings.lead_time_days as double) / settings.protection_days
            + forecasts.forecast_daily * forecasts.forecast_daily
            * cast(settings.lead_time_sd_days as double) * cast(settings.lead_time_sd_days as double)
        ) as lead_time_demand_sd,
        forecasts.forecast_daily * cast(settings.lead_time_days as double) as lead_time_demand_mean
    from forecasts
    inner join settings
        on
            forecasts.location_key = settings.location_key
            and forecasts.item_key = settings.item_key
    left join daily_spreads
        on
            forecasts.location_key = daily_spreads.location_key
            and forecasts.item_key = daily_spreads.item_key
),

at_service_level as (
    select
        *,
        {{ demand_at_score('score', '') }} as demand_quantile,
        coalesce({{ ratio('lead_time_demand_sd', 'demand_sd') }}, 0.0) as lead_time_share
    from scored
),

buffered as (
    select
        *,
        greatest(0.0, demand_quantile - demand_mean) as buffer
    from at_service_level
)

select
    location_key,
    item_key,
    lead_time_days,
    lead_time_sd_days,
    review_period_days,
    protection_days,
    service_level,
    demand_mean,
    demand_quantile,
    lead_time_demand_mean,
    lead_time_demand_sd,
    {%- for quantile in quantile_levels() %}
        greatest(0.0, lead_time_demand_mean + ({{ quantile.name }} - demand_mean) * lead_time_share)
            as lead_time_{{ quantile.name }},
    {%- endfor %}
    {{ to_decimal('buffer') }} as safety_stock,
    {{ to_decimal(classical_safety_stock(
        'score', 'protection_days', 'forecast_daily', 'daily_sd', 'lead_time_sd_days'
    )) }} as classical_safety_stock,
    {{ to_decimal('lead_time_demand_mean + buffer * lead_time_share') }} as reorder_point,
    {{ to_decimal('demand_mean + buffer') }} as order_up_to
from buffered
