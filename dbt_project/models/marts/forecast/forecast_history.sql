with settings as (
    select * from {{ ref('replenishment_settings') }}
),

levels as (
    select * from {{ ref('forecast_level') }}
),

weekday_indexes as (
    select * from {{ ref('forecast_weekday_index') }}
),

contest as (
    select * from {{ ref('forecast_contest') }}
),

deviations as (
    select * from {{ ref('forecast_deviation') }}
),

spreads as (
    select * from {{ ref('forecast_spread') }}
),

spread_laws as (
    select * from {{ ref('forecast_spread_law') }}
),

classes as (
    select * from {{ ref('forecast_class') }}
),

residual_quantiles as (
    select * from {{ ref('forecast_residual_quantiles') }}
),

winners as (
    select * from {{ ref('forecast_winner') }}
),

-- How often each weekday occurs in the protection interval. Origins are whole weeks apart: it begins on the same
-- weekday at each.
occurring_weekdays as (
    select
        weekday_indexes.location_key,
        weekday_indexes.item_key,
        weekday_indexes.origin_weeks_ago,
        settings.protection_days,
        weekday_indexes.day_factor,
        weekday_indexes.open_share,
        floor(
            (
                settings.protection_days + 6
                - mod(weekday_indexes.weekday - cast({{ weekday(as_of_date()) }} as integer) + 7, 7)
            ) / 7.0
        ) as occurrences
    from weekday_indexes
    inner join settings
        on
            weekday_indexes.location_key = settings.location_key
            and weekday_indexes.item_key = settings.item_key
),

intervals as (
    select
        location_key,
        item_key,
        origin_weeks_ago,
        max(protection_days) as protection_days,
        sum(day_factor * occurrences) as interval_factor,
        sum(open_share * occurrences) as open_days
    from occurring_weekdays
    group by location_key, item_key, origin_weeks_ago
),

means as (
    select
        intervals.location_key,
        intervals.item_key,
        intervals.origin_weeks_ago,
        intervals.protection_days,
        contest.level,
        contest.best_candidate,
        contest.level * intervals.interval_factor as demand_mean,
        deviations.mean_absolute_deviation * sqrt(intervals.open_days) as deviation
    from intervals
    inner join contest
        on
            intervals.location_key = contest.location_key
            and intervals.item_key = contest.item_key
            and intervals.origin_weeks_ago = contest.origin_weeks_ago
    inner join deviations
        on
            intervals.location_key = deviations.location_key
            and intervals.item_key = deviations.item_key
            and intervals.origin_weeks_ago = deviations.origin_weeks_ago
),

lawful as (
    select
        means.*,
        spreads.mean_squared_error,
        spreads.independent_spans,
        spreads.origins as backtest_origins,
        {{ lawful_spread('means.demand_mean', 'means.deviation') }} as lawful_spread
    from means
    inner join spreads
        on
            means.location_key = spreads.location_key
            and means.item_key = spreads.item_key
            and means.origin_weeks_ago = spreads.origin_weeks_ago
    inner join spread_laws as law on means.origin_weeks_ago = law.origin_weeks_ago
),

spread_out as (
    select
        *,
        {{ drawn_spread('demand_mean', 'mean_squared_error', 'independent_spans', 'lawful_spread') }}
            as fixed_interval_sd
    from lawful
),

-- Today's forecast is a library's where it won the backtest; what it misses less, the spread is smaller.
chosen as (
    select
        spread_out.location_key,
        spread_out.item_key,
        spread_out.origin_weeks_ago,
        spread_out.protection_days,
        spread_out.backtest_origins,
        coalesce(winners.candidate, spread_out.best_candidate) as method,
        spread_out.level * coalesce({{ ratio('winners.demand_mean', 'spread_out.demand_mean') }}, 1.0) as level,
        coalesce(winners.demand_mean, spread_out.demand_mean) as demand_mean,
        spread_out.fixed_interval_sd * coalesce(winners.spread_ratio, 1.0) as fixed_interval_sd,
        {{ demand_size('spread_out.demand_mean') }} as demand_size
    from spread_out
    left join winners
        on
            spread_out.location_key = winners.location_key
            and spread_out.item_key = winners.item_key
            and spread_out.origin_weeks_ago = 0
)

select
    chosen.location_key,
    chosen.item_key,
    chosen.origin_weeks_ago,
    {{ add_days(as_of_date(), '-7 * chosen.origin_weeks_ago') }} as origin_date,
    chosen.protection_days,
    case
        when levels.demand_class = 'no_sales' then 'no_sales'
        when levels.is_new and levels.category_level is not null then 'new_item_category_profile'
        when levels.is_new then 'new_item'
        else chosen.method
    end as method,
    levels.demand_class,
    classes.abc_class,
    classes.is_counted,
    chosen.level,
    chosen.demand_mean / chosen.protection_days as forecast_daily,
    chosen.demand_mean,
    chosen.fixed_interval_sd,
    {%- for quantile in quantile_levels() %}
        greatest(0.0, chosen.demand_mean + residual_quantiles.{{ quantile.name }} * chosen.fixed_interval_sd)
            as {{ quantile.name }},
    {%- endfor %}
    levels.observable_days,
    levels.sale_days,
    chosen.backtest_origins
from chosen
inner join levels
    on
        chosen.location_key = levels.location_key
        and chosen.item_key = levels.item_key
        and chosen.origin_weeks_ago = levels.origin_weeks_ago
inner join classes
    on
        chosen.location_key = classes.location_key
        and chosen.item_key = classes.item_key
        and chosen.origin_weeks_ago = classes.origin_weeks_ago
inner join residual_quantiles
    on
        chosen.origin_weeks_ago = residual_quantiles.origin_weeks_ago
        and classes.abc_class = residual_quantiles.abc_class
        and chosen.demand_size = residual_quantiles.demand_size
