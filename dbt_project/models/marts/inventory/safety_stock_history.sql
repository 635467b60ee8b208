with settings as (
    select * from {{ ref('replenishment_settings') }}
),

forecasts as (
    select * from {{ ref('forecast_history') }}
),

targets as (
    select
        *,
        cast(service_level as double) as target,
        {{ normal_score('service_level') }} as score,
        cast(order_wait_days + lead_time_days as double) as arrival_days,
        cast(lead_time_sd_days as double) as arrival_sd_days
    from settings
),

-- An item that was never sold has no forecast: no demand is expected.
demands as (
    select
        location_key,
        item_key,
        origin_weeks_ago,
        origin_date,
        protection_days,
        is_counted,
        forecast_daily,
        demand_mean,
        fixed_interval_sd,
        {%- for quantile in quantile_levels() %}
            {{ quantile.name }}
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from forecasts
    union all
    select
        settings.location_key,
        settings.item_key,
        0 as origin_weeks_ago,
        {{ as_of_date() }} as origin_date,
        settings.protection_days,
        true as is_counted,
        0.0 as forecast_daily,
        0.0 as demand_mean,
        0.0 as fixed_interval_sd,
        {%- for quantile in quantile_levels() %}
            0.0 as {{ quantile.name }}
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from settings
    left join forecasts
        on
            settings.location_key = forecasts.location_key
            and settings.item_key = forecasts.item_key
            and forecasts.origin_weeks_ago = 0
    where forecasts.item_key is null
),

-- A lead time that varies moves the end of an interval: its share of the variance is d^2 sdL^2. The spread of a
-- fixed span grows with the root of its days.
spread_out as (
    select
        demands.*,
        targets.lead_time_days,
        targets.lead_time_sd_days,
        targets.order_wait_days,
        targets.review_period_days,
        targets.service_kind,
        targets.service_level,
        targets.pack_size,
        targets.minimum_order,
        targets.max_stock,
        targets.shelf_life_days,
        targets.target,
        targets.score,
        sqrt(
            demands.fixed_interval_sd * demands.fixed_interval_sd
            + demands.forecast_daily * demands.forecast_daily * targets.arrival_sd_days * targets.arrival_sd_days
        ) as demand_sd,
        demands.forecast_daily * targets.arrival_days as lead_time_demand_mean,
        sqrt(
            demands.fixed_interval_sd * demands.fixed_interval_sd * targets.arrival_days / demands.protection_days
            + demands.forecast_daily * demands.forecast_daily * targets.arrival_sd_days * targets.arrival_sd_days
        ) as lead_time_demand_sd,
        greatest(
            demands.forecast_daily * targets.review_period_days,
            cast(targets.pack_size as double),
            cast(targets.minimum_order as double)
        ) as cycle_quantity
    from demands
    inner join targets
        on
            demands.location_key = targets.location_key
            and demands.item_key = targets.item_key
),

-- What the lead time adds to the spread stretches the distribution about its mean.
stretched as (
    select
        *,
        cycle_quantity * (1 - target) as allowed_shortage,
        coalesce({{ ratio('demand_sd', 'fixed_interval_sd') }}, 1.0) as stretch
    from spread_out
),

-- A fill rate leaves the share 1 - target of a cycle's order unserved. On each line of the distribution, the loss at
-- which that is so: sigma G(k) = Q (1 - target), with the slope of the line as sigma and what lies above it taken off.
losses as (
    select
        *,
        {%- for line in demand_lines() %}
            {{ line.loss_at_end }} + {{ ratio('allowed_shortage / stretch - ' ~ line.shortage_at_end, line.slope) }}
                as loss_above_{{ line.name }}
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from stretched
),

-- How far the target lies above mean demand; below it for goods that hardly pay.
aimed as (
    select
        *,
        case
            when service_kind = 'fill_rate' and fixed_interval_sd > 0
                then ({{ demand_at_losses('loss_above_') }} - demand_mean) * stretch
            when service_kind = 'fill_rate'
                then {{ score_of_loss(ratio('allowed_shortage', 'demand_sd')) }} * demand_sd
            when fixed_interval_sd > 0 then ({{ demand_at_score('score') }} - demand_mean) * stretch
            else score * demand_sd
        end as above_mean
    from losses
),

-- Whole packs lift the position above the level by anything from nothing to a pack, and a smallest order that is larger
-- than what is sold between two orders by what it is larger.
lots as (
    select
        *,
        greatest(
            cast(pack_size as double), cast(minimum_order as double) - forecast_daily * review_period_days
        ) as lot
    from aimed
),

-- What the level has to cover is demand less that: its mean is lower by half a lot, its variance higher by a twelfth of
-- a lot's square. Of goods that are counted, a part of a unit serves nobody: half a unit of the level lies idle.
packed as (
    select
        *,
        case
            when service_kind = 'cycle_service' and demand_sd > 0
                then greatest(
                        0.0,
                        least(
                            demand_mean,
                            (lot + case when is_counted then 1 else 0 end) / 2
                            - above_mean * (sqrt(1 + lot * lot / (12 * demand_sd * demand_sd)) - 1)
                        )
                    )
            else 0.0
        end as allowance
    from lots
),

buffered as (
    select
        *,
        greatest(0.0, demand_mean + above_mean) as demand_quantile,
        greatest(0.0, above_mean) as buffer,
        coalesce({{ ratio('lead_time_demand_sd', 'demand_sd') }}, 0.0) as lead_time_share
    from packed
),

-- The newsvendor's level is the quantile itself: where the ratio is low, holding the mean does not pay.
levelled as (
    select
        *,
        case when service_kind = 'newsvendor' then demand_quantile else demand_mean + buffer - allowance end as level
    from buffered
)

select
    location_key,
    item_key,
    origin_weeks_ago,
    origin_date,
    lead_time_days,
    lead_time_sd_days,
    order_wait_days,
    review_period_days,
    protection_days,
    service_kind,
    service_level,
    pack_size,
    minimum_order,
    max_stock,
    shelf_life_days,
    forecast_daily,
    demand_mean,
    demand_sd,
    cycle_quantity,
    demand_quantile,
    lead_time_demand_mean,
    lead_time_demand_sd,
    {{ to_decimal('buffer') }} as safety_stock,
    {{ to_decimal('allowance') }} as pack_allowance,
    {{ to_decimal('least(level, lead_time_demand_mean + buffer * lead_time_share)') }} as reorder_point,
    {{ to_decimal('level') }} as order_up_to
from levelled
