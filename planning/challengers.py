"""Forecasts by well-kept libraries, which may replace the default engine for a series where they were better.

Needs the extra `forecast` (statsforecast, LightGBM). Every function takes a panel of daily demand, shape
(series, days), and the places of origins in it: an origin is the column of the first day that is forecast, so
what it knows are the columns before it. A cell is NaN where nothing could be learnt of demand: before the
launch, and while the item was out of stock. A day on which the store was closed is a day without demand.
"""

import warnings
from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planning.fixed_point import Reals

Places = NDArray[np.int64]

CANDIDATES = ("ets", "sba", "tsb", "lightgbm")
LIBRARIES = ("statsforecast", "lightgbm")

LEAST_DAYS = 28
WEEK = 7
ETS_DAYS = 364
"""A season of a week needs no more, and a fit takes as long as its series is."""

SMOOTHING = 0.1
"""Of sizes and of probabilities in TSB; what Teunter, Syntetos and Babai find good for slow movers."""

WINDOWS = (7, 14, 28, 56, 126)
WEEKDAY_WEEKS = 8
YEAR = 364
TRAINING_ORIGINS = 26
TREES: dict[str, Any] = {
    "learning_rate": 0.05,
    "num_leaves": 31,
    "min_data_in_leaf": 50,
    "feature_fraction": 0.8,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "seed": 7,
    "deterministic": True,
    "num_threads": 1,  # threads that wait for each other on a busy machine take many times as long
    "force_row_wise": True,
    "verbosity": -1,
}
ROUNDS = 200
OF_THE_MEAN = {"objective": "tweedie", "tweedie_variance_power": 1.3}

Daily = Callable[[Reals, int], Reals]
"""Expected units of each of the next days, from the days before them."""


def missing_libraries() -> list[str]:
    """Names of the extra's libraries that are not installed."""
    return [name for name in LIBRARIES if find_spec(name) is None]


def expected_totals(
    demand: Reals,
    days: Places,
    origins: Sequence[int],
    candidates: Sequence[str] = CANDIDATES,
    told: Callable[[str], None] = lambda _: None,
) -> dict[str, Reals]:
    """Expected totals of every series at every origin, by each candidate.

    Args:
        demand: Units a day; NaN where nothing could be learnt. Shape (series, days).
        days: Days of each series' total, 1 or more. Shape (series,).
        origins: Columns of the first days of the totals; may be one past the last column.
        candidates: Of `CANDIDATES`.
        told: Is told which candidate begins.

    Returns:
        Units, never negative, shape (series, origins), by candidate; NaN where less than 28 days are known.

    Raises:
        ValueError: A candidate is unknown.
    """
    unknown = sorted(set(candidates) - set(CANDIDATES))
    if unknown:
        raise ValueError(f"{', '.join(unknown)} is no candidate; there are {', '.join(CANDIDATES)}")
    totals = {}
    for candidate in candidates:
        told(candidate)
        if candidate == "lightgbm":
            totals[candidate] = _trees_of_all_series(demand, days, origins)
        else:
            totals[candidate] = _each_series_alone(demand, days, origins, _daily(candidate))
    return totals


def _each_series_alone(demand: Reals, days: Places, origins: Sequence[int], daily: Daily) -> Reals:
    totals = np.full((len(demand), len(origins)), np.nan)
    launched = _launches(demand)
    with warnings.catch_warnings():
        # a fit that stops early still gives its best forecast so far
        warnings.simplefilter("ignore")
        for series, launch in enumerate(launched):
            for column, origin in enumerate(origins):
                if origin - launch >= LEAST_DAYS:
                    known = filled(demand[series, launch:origin])
                    path = daily(known, int(days[series])) if known.any() else np.zeros(1)
                    totals[series, column] = np.maximum(path, 0.0).sum()
    return totals


def filled(known: Reals) -> Reals:
    """A history without gaps: a missing day takes the mean of its weekday, or else of all; shape (days,)."""
    missing = np.isnan(known)
    if not missing.any():
        return known
    weekday = np.arange(len(known)) % WEEK
    units = np.bincount(weekday, np.where(missing, 0.0, known), WEEK)
    counted = np.bincount(weekday, ~missing, WEEK)
    overall = units.sum() / max(1, counted.sum())
    means = np.divide(units, counted, out=np.full(WEEK, overall), where=counted > 0)
    return np.where(missing, means[weekday], known)


@cache
def _daily(candidate: str) -> Daily:
    from statsforecast.models import TSB, AutoETS, CrostonSBA  # noqa: PLC0415  # of the extra

    models: dict[str, tuple[Any, int | None]] = {
        "ets": (AutoETS(model="ANA", season_length=WEEK), ETS_DAYS),
        "sba": (CrostonSBA(), None),
        "tsb": (TSB(alpha_d=SMOOTHING, alpha_p=SMOOTHING), None),
    }
    model, history = models[candidate]

    def daily(known: Reals, days: int) -> Reals:
        recent = known if history is None else known[-history:]
        return np.asarray(model.forecast(y=recent, h=days)["mean"], dtype=np.float64)

    return daily


def _trees_of_all_series(demand: Reals, days: Places, origins: Sequence[int]) -> Reals:
    totals = np.full((len(demand), len(origins)), np.nan)
    for column, origin in enumerate(origins):
        totals[:, column] = predicted(demand, days, origin, OF_THE_MEAN)
    return totals


def predicted(demand: Reals, days: Places, origin: int, objective: dict[str, Any]) -> Reals:
    """What gradient-boosted trees say of the totals at one origin, learnt from totals that ended before it.

    One model for all series: each total counts relative to its series' mean, and weighs as much as that mean.

    Args:
        demand: Units a day; NaN where nothing could be learnt. Shape (series, days).
        days: Days of each series' total. Shape (series,).
        origin: Column of the first day of the total.
        objective: LightGBM's parameters that say what is predicted: the mean or a quantile.

    Returns:
        Units, never negative. Shape (series,). NaN where less than 28 days are known, or where no series has
        a total to learn from.
    """
    import lightgbm  # noqa: PLC0415  # of the extra

    launched = _launches(demand)
    asked = origin - launched >= LEAST_DAYS
    rows, targets, weights = [], [], []
    for back in range(1, TRAINING_ORIGINS + 1):
        earlier = origin - back * WEEK
        actual = actual_totals(demand, days, earlier)
        usable = (earlier - launched >= LEAST_DAYS) & (earlier + days <= origin) & ~np.isnan(actual)
        if earlier <= 0 or not usable.any():
            continue
        scale = _scale(demand, earlier)[usable] * days[usable]
        rows.append(features(demand, days, earlier)[usable])
        targets.append(actual[usable] / scale)
        weights.append(scale)
    result = np.full(len(demand), np.nan)
    if not rows or not asked.any():
        return result
    weight = np.concatenate(weights)
    training = lightgbm.Dataset(np.concatenate(rows), np.concatenate(targets), weight=weight / weight.mean())
    trees = lightgbm.train({**TREES, **objective}, training, num_boost_round=ROUNDS)
    shares = np.asarray(trees.predict(features(demand, days, origin)[asked]), dtype=np.float64)
    result[asked] = np.maximum(0.0, shares) * (_scale(demand, origin) * days)[asked]
    return result


def features(demand: Reals, days: Places, origin: int) -> Reals:
    """What is known of each series on the evening before an origin, relative to its mean.

    Args:
        demand: Units a day; NaN where nothing could be learnt. Shape (series, days).
        days: Days of each series' total. Shape (series,).
        origin: Column of the first day of the total.

    Returns:
        Shape (series, features): means of recent days, of the weekdays that follow and of the same days a
        year before, the spread, the share of days with sales, days since the last sale, age, and length of
        the total.
    """
    known = demand[:, :origin]
    scale = _scale(demand, origin)
    sold = known > 0
    since = np.where(sold.any(axis=1), np.argmax(sold[:, ::-1], axis=1), origin)
    year_ago = actual_totals(known, days, origin - YEAR) / days if origin > YEAR else np.nan
    columns = [
        *(_mean(known[:, -window:]) / scale for window in WINDOWS),
        _expected_of_weekdays(known, days) / scale,
        year_ago / scale,
        _deviation(known[:, -WINDOWS[-1] :]) / scale,
        _mean(np.where(np.isnan(known), np.nan, sold)),
        np.log1p(scale),
        since.astype(np.float64),
        (origin - _launches(demand)).astype(np.float64),
        days.astype(np.float64),
    ]
    return np.column_stack(columns)


def actual_totals(demand: Reals, days: Places, origin: int) -> Reals:
    """What was sold from an origin on; NaN where not all of the span is known. Shape (series,)."""
    if origin < 0:
        return np.full(len(demand), np.nan)
    longest = int(days.max())
    span = demand[:, origin : origin + longest]
    width = span.shape[1]
    within = np.arange(width) < days[:, None]
    totals = np.where(within, span, 0.0).sum(axis=1)
    return np.where(days <= width, totals, np.nan)


def _expected_of_weekdays(known: Reals, days: Places) -> Reals:
    """Mean of the days to come if each sells like its weekday in the last weeks. Shape (series,)."""
    recent = known[:, -WEEK * WEEKDAY_WEEKS :]
    padded = np.full((len(known), WEEK * WEEKDAY_WEEKS), np.nan)
    padded[:, padded.shape[1] - recent.shape[1] :] = recent
    # the columns begin on the weekday of the origin
    by_weekday = _mean_along(padded.reshape(len(known), WEEKDAY_WEEKS, WEEK), axis=1)
    whole_weeks, rest = np.divmod(days, WEEK)
    times = whole_weeks[:, None] + (np.arange(WEEK) < rest[:, None])
    return np.asarray(np.nansum(by_weekday * times, axis=1) / days)


def _scale(demand: Reals, origin: int) -> Reals:
    """Mean units a day before an origin; a thousandth where nothing was sold, so that it can divide."""
    return np.maximum(_mean(demand[:, max(0, origin - YEAR) : origin]), 1e-3)


def _launches(demand: Reals) -> Places:
    """The first column of each series that tells something; past the last where none does. Shape (series,)."""
    known = ~np.isnan(demand)
    return np.where(known.any(axis=1), np.argmax(known, axis=1), demand.shape[1]).astype(np.int64)


def _mean(values: Reals) -> Reals:
    return _mean_along(values, axis=1)


def _mean_along(values: Reals, axis: int) -> Reals:
    """The mean of what is known, 0 where nothing is."""
    counted = (~np.isnan(values)).sum(axis=axis)
    return np.asarray(np.nansum(values, axis=axis) / np.maximum(1, counted))


def _deviation(values: Reals) -> Reals:
    squared = _mean(values**2) - _mean(values) ** 2
    return np.asarray(np.sqrt(np.maximum(0.0, squared)))
