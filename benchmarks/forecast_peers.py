"""The methods that the project's forecast is held against, on the same totals.

- `mean`: mean of all days since the first sale, z sigma sqrt(h) above it; what most products do.
- `28 days`: the same of the last 28 days.
- `SBA`, `ETS(A,N,A)`: expected total by statsforecast. The quantile lies above it by sigma sqrt(h) times a
  factor: the same quantile of the method's own earlier errors over sigma sqrt(h), of all items together.
- `LightGBM`: the quantile itself is what the trees are trained for, the mean comes from a second model.

Sigma is the standard deviation of the item's days. Closed days count: a week's total has them, too.
"""

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from benchmarks.forecast_data import Case
from benchmarks.forecast_scores import Forecast, Units
from planning.challengers import OF_THE_MEAN, expected_totals, predicted

NAIVE = "mean + z sigma sqrt(h)"
RECENT = "28-day mean + z sigma sqrt(h)"
RECENT_DAYS = 28
LEARNT_FROM = 6
"""Earlier origins whose errors make the factor of a method that knows only the mean; weeks, of daily ones."""


def peers(case: Case, items: NDArray[np.intp], origins: Sequence[int], days: int) -> dict[str, Forecast]:
    """Forecasts of all peers.

    Args:
        case: The sales.
        items: Rows of the items that are forecast.
        origins: Columns of the first days of the totals.
        days: Of a total.

    Returns:
        By name of the method, shape (items, origins).
    """
    units = case.units[items]
    demand = np.where(np.arange(units.shape[1]) < np.argmax(units > 0, axis=1)[:, None], np.nan, units)
    naive = rule(demand, origins, days, case.level)
    return {
        NAIVE: naive,
        RECENT: rule(demand, origins, days, case.level, RECENT_DAYS),
        "SBA": with_pooled_errors(demand, origins, days, case.level, "sba"),
        "ETS(A,N,A)": with_pooled_errors(demand, origins, days, case.level, "ets"),
        "LightGBM": trees(demand, origins, days, case.level, naive),
    }


def rule(
    demand: Units, origins: Sequence[int], days: int, level: float, window: int | None = None
) -> Forecast:
    """Mean of the days that are known, and so many standard deviations above it.

    Args:
        demand: Units a day, NaN before the first sale.
        origins: Columns of the first days of the totals.
        days: Of a total.
        level: Of the quantile.
        window: Only so many last days count; None for all.
    """
    above = NormalDist().inv_cdf(level) * np.sqrt(days)
    means, quantiles = [], []
    for origin in origins:
        mean, deviation = of_days(demand[:, max(0, origin - window) if window else 0 : origin])
        means.append(mean * days)
        quantiles.append(mean * days + above * deviation)
    return Forecast(np.column_stack(quantiles), np.column_stack(means))


def of_days(known: Units) -> tuple[Units, Units]:
    """Mean and standard deviation of the days that are not NaN; 0 where there is none."""
    counted = (~np.isnan(known)).sum(axis=1)
    mean = np.nansum(known, axis=1) / np.maximum(1, counted)
    squares = np.nansum((known - mean[:, None]) ** 2, axis=1)
    return mean, np.sqrt(squares / np.maximum(1, counted - 1))


def with_pooled_errors(
    demand: Units, origins: Sequence[int], days: int, level: float, candidate: str
) -> Forecast:
    """A library's expected totals, and a quantile from its own earlier errors."""
    step = max(days, 7) if days > 1 else 1
    backs = range(1, LEARNT_FROM * (7 if days == 1 else 1) + 1)
    earlier = {origin: [origin - back * step for back in backs if origin > back * step] for origin in origins}
    needed = sorted({place for origin in origins for place in (origin, *earlier[origin])})
    spans = np.full(len(demand), days)
    totals = expected_totals(demand, spans, needed, [candidate])[candidate]
    columns = {place: column for column, place in enumerate(needed)}
    means, quantiles = [], []
    for origin in origins:
        errors = []
        for place in earlier[origin]:
            _, deviation = of_days(demand[:, :place])
            actual = demand[:, place : place + days].sum(axis=1)
            known = (deviation > 0) & ~np.isnan(totals[:, columns[place]])
            error = actual - totals[:, columns[place]]
            errors.append(error[known] / (deviation[known] * np.sqrt(days)))
        mean, deviation = of_days(demand[:, :origin])
        total = totals[:, columns[origin]]
        total = np.where(np.isnan(total), mean * days, total)
        factor = np.quantile(np.concatenate(errors), level)
        means.append(total)
        quantiles.append(np.maximum(0.0, total + factor * deviation * np.sqrt(days)))
    return Forecast(np.column_stack(quantiles), np.column_stack(means))


def trees(demand: Units, origins: Sequence[int], days: int, level: float, otherwise: Forecast) -> Forecast:
    """Gradient-boosted trees for the quantile and for the mean; items too new take the other forecast."""
    spans = np.full(len(demand), days)
    of_quantile = {"objective": "quantile", "alpha": level}
    quantile, mean = (
        np.column_stack([predicted(demand, spans, origin, objective) for origin in origins])
        for objective in (of_quantile, OF_THE_MEAN)
    )
    return Forecast(
        np.where(np.isnan(quantile), otherwise.quantile, quantile),
        np.where(np.isnan(mean), otherwise.mean, mean),
    )
