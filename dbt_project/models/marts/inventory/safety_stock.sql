with history as (
    select *
    from {{ ref('safety_stock_history') }}
    where origin_weeks_ago = 0
),

forecasts as (
    select *
    from {{ ref('forecast_history') }}
    where origin_weeks_ago = 0
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

-- How many standard deviations of a fixed interval each quantile lies above the mean.
standardised as (
    select
        history.*,
        {%- for quantile in quantile_levels() %}
            case
                when forecasts.fixed_interval_sd > 0
                    then (forecasts.{{ quantile.name }} - forecasts.demand_mean) / forecasts.fixed_interval_sd
                else {{ quantile.score }}
            end as standard_{{ quantile.name }},
        {%- endfor %}
        {{ classical_demand_sd(
            'history.protection_days', 'history.forecast_daily', 'coalesce(daily_spreads.daily_sd, 0.0)',
            'history.lead_time_sd_days'
        ) }} as classical_sd
    from history
    left join forecasts
        on
            history.location_key = forecasts.location_key
            and history.item_key = forecasts.item_key
    left join daily_spreads
        on
            history.location_key = daily_spreads.location_key
            and history.item_key = daily_spreads.item_key
),

classical as (
    select
        *,
        case
            when service_kind = 'fill_rate'
                then {{ score_of_loss(ratio('cycle_quantity * (1 - service_level)', 'classical_sd')) }}
            else greatest(0, {{ normal_score('service_level') }})
        end as classical_score
    from standardised
)

select
    location_key,
    item_key,
    lead_time_days,
    lead_time_sd_days,
    order_wait_days,
    review_period_days,
    protection_days,
    service_kind,
    service_level,
    demand_mean,
    demand_sd,
    cycle_quantity,
    demand_quantile,
    lead_time_demand_mean,
    lead_time_demand_sd,
    {%- for quantile in quantile_levels() %}
        greatest(0.0, lead_time_demand_mean + standard_{{ quantile.name }} * lead_time_demand_sd)
            as lead_time_{{ quantile.name }},
    {%- endfor %}
    safety_stock,
    pack_allowance,
    {{ to_decimal('classical_score * classical_sd') }} as classical_safety_stock,
    reorder_point,
    order_up_to
from classical
