with backtest as (
    select * from {{ ref('forecast_backtest') }}
),

law as (
    select * from {{ ref('forecast_spread_law') }}
),

levels as (
    select *
    from {{ ref('forecast_level') }}
    where origin_weeks_ago = 0
),

weekday_indexes as (
    select * from {{ ref('forecast_weekday_index') }}
),

settings as (
    select * from {{ ref('replenishment_settings') }}
),

-- Recent origins tell more of the spread to come; spans that overlap tell the same days twice.
weighted_backtest as (
    select
        *,
        power(0.5, origin_weeks_ago / {{ forecast_constant('spread_half_life_weeks') }}.0) as weight
    from backtest
),

item_errors as (
    select
        location_key,
        item_key,
        count(*) as origins,
        sum(weight) * sum(weight) / sum(weight * weight) * least(1.0, 7.0 / max(protection_days))
            as independent_origins,
        sum(weight * residual * residual) / sum(weight) as mean_squared_error,
        {{ ratio('sum(abs(actual - expected))', 'sum(actual)') }} as absolute_percentage_error
    from weighted_backtest
    group by location_key, item_key
),

-- How often each weekday occurs in the protection interval, which begins on as_of_date.
interval_weekdays as (
    select
        weekday_indexes.location_key,
        weekday_indexes.item_key,
        settings.protection_days,
        weekday_indexes.day_factor,
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

interval_factors as (
    select
        location_key,
        item_key,
        protection_days,
        sum(day_factor * occurrences) as interval_factor
    from interval_weekdays
    group by location_key, item_key, protection_days
),

means as (
    select
        levels.location_key,
        levels.item_key,
        levels.demand_class,
        interval_factors.protection_days,
        levels.level * interval_factors.interval_factor as mean_demand
    from levels
    inner join interval_factors
        on
            levels.location_key = interval_factors.location_key
            and levels.item_key = interval_factors.item_key
),

predicted as (
    select
        means.*,
        case
            when means.mean_demand > 0 then exp(law.intercept + law.slope * ln(means.mean_demand))
            else 0.0
        end as predicted_sd,
        coalesce(item_errors.origins, 0) as origins,
        coalesce(item_errors.independent_origins, 0) as independent_origins,
        coalesce(item_errors.mean_squared_error, 0) as mean_squared_error,
        item_errors.absolute_percentage_error
    from means
    cross join law
    left join item_errors
        on
            means.location_key = item_errors.location_key
            and means.item_key = item_errors.item_key
)

-- An item's own error is drawn to the law's as if the law were some origins more.
select
    location_key,
    item_key,
    demand_class,
    protection_days,
    mean_demand,
    predicted_sd,
    sqrt(mean_squared_error) as backtest_rmse,
    sqrt(
        (
            independent_origins * mean_squared_error
            + {{ forecast_constant('spread_weight_origins') }} * predicted_sd * predicted_sd
        ) / (independent_origins + {{ forecast_constant('spread_weight_origins') }})
    ) as spread,
    cast(origins as integer) as backtest_origins,
    absolute_percentage_error as backtest_wape
from predicted
