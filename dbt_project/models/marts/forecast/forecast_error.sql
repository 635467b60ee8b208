with backtest as (
    select * from {{ ref('forecast_backtest') }}
),

contest as (
    select * from {{ ref('forecast_contest') }}
),

deviations as (
    select * from {{ ref('forecast_deviation') }}
)

select
    backtest.location_key,
    backtest.item_key,
    backtest.origin_weeks_ago,
    backtest.span,
    backtest.known_weeks_ago,
    backtest.weight,
    backtest.protection_days,
    backtest.comparable_days,
    contest.level * backtest.day_factor as expected,
    backtest.actual,
    -- A span with days missing varies less: its residual is scaled to the whole one.
    (backtest.actual - contest.level * backtest.day_factor)
    * sqrt(cast(backtest.protection_days as double) / backtest.comparable_days) as residual,
    contest.level * backtest.day_factor * backtest.protection_days / backtest.comparable_days as whole_expected,
    deviations.mean_absolute_deviation * sqrt(backtest.open_days) as deviation
from backtest
inner join contest
    on
        backtest.location_key = contest.location_key
        and backtest.item_key = contest.item_key
        and backtest.origin_weeks_ago = contest.origin_weeks_ago
inner join deviations
    on
        backtest.location_key = deviations.location_key
        and backtest.item_key = deviations.item_key
        and backtest.origin_weeks_ago = deviations.origin_weeks_ago
