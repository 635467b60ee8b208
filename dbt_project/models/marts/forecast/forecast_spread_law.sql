with spreads as (
    select * from {{ ref('forecast_spread') }}
),

logged as (
    select
        origin_weeks_ago,
        0.5 * ln(plain_squared_error) as spread,
        ln(mean_expected) as expected,
        ln(mean_deviation) as deviation
    from spreads
    where
        spans >= {{ forecast_constant('minimum_law_spans') }}
        and plain_squared_error > 0
        and mean_expected > 0
        and mean_deviation > 0
),

moments as (
    select
        origin_weeks_ago,
        count(*) as items,
        avg(spread) as spread,
        avg(expected) as expected,
        avg(deviation) as deviation,
        var_pop(expected) as expected_variance,
        var_pop(deviation) as deviation_variance,
        covar_pop(expected, deviation) as shared_variance,
        covar_pop(spread, expected) as spread_with_expected,
        covar_pop(spread, deviation) as spread_with_deviation
    from logged
    group by origin_weeks_ago
),

determined as (
    select
        *,
        expected_variance * deviation_variance - shared_variance * shared_variance as determinant
    from moments
),

-- Least squares of two variables. Too few items, or items that are all alike: demand counts as Poisson, its spread
-- is the root of its mean.
fitted as (
    select
        *,
        items >= {{ forecast_constant('minimum_law_items') }}
        and determinant > 0.0001 * expected_variance * deviation_variance as is_fitted,
        {{ ratio(
            'spread_with_expected * deviation_variance - spread_with_deviation * shared_variance', 'determinant'
        ) }} as mean_slope,
        {{ ratio(
            'spread_with_deviation * expected_variance - spread_with_expected * shared_variance', 'determinant'
        ) }} as deviation_slope
    from determined
),

origins as (
    select distinct origin_weeks_ago from spreads
)

select
    origins.origin_weeks_ago,
    cast(coalesce(fitted.items, 0) as integer) as items,
    coalesce(fitted.is_fitted, false) as is_fitted,
    case when fitted.is_fitted then fitted.mean_slope else 0.5 end as mean_slope,
    case when fitted.is_fitted then fitted.deviation_slope else 0.0 end as deviation_slope,
    case
        when fitted.is_fitted
            then
                fitted.spread - fitted.mean_slope * fitted.expected - fitted.deviation_slope * fitted.deviation
        else 0.0
    end as intercept
from origins
left join fitted on origins.origin_weeks_ago = fitted.origin_weeks_ago
