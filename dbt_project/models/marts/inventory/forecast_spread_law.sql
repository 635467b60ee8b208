with backtest as (
    select * from {{ ref('forecast_backtest') }}
),

item_errors as (
    select
        location_key,
        item_key,
        avg(residual * residual) as mean_squared_error,
        avg(expected) as mean_expected
    from backtest
    group by location_key, item_key
    having count(*) >= 4 and avg(residual * residual) > 0 and avg(expected) > 0
),

fitted as (
    select
        regr_slope(0.5 * ln(mean_squared_error), ln(mean_expected)) as slope,
        regr_intercept(0.5 * ln(mean_squared_error), ln(mean_expected)) as intercept,
        count(*) as items
    from item_errors
),

judged as (
    select
        *,
        items >= {{ forecast_constant('minimum_law_items') }} and slope is not null as is_fitted
    from fitted
)

-- Too few items for a fit: demand counts as Poisson, its spread is the root of its mean.
select
    cast(items as integer) as items,
    is_fitted,
    case when is_fitted then slope else 0.5 end as slope,
    case when is_fitted then intercept else 0.0 end as intercept
from judged
