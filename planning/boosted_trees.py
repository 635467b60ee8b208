"""Gradient-boosted trees over all series at once: the mean or a quantile of the total of days to come.

Needs LightGBM, of the extra `forecast`. What a panel and an origin are is said in `planning.challengers`.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from planning.fixed_point import Reals

Places = npt.NDArray[np.int64]
"""Numbers of columns, or of days."""

LEAST_DAYS = 28
"""A series has to be known for, to be forecast at all."""

WEEK = 7
WINDOWS = (7, 14, 28, 56, 126)
WEEKDAY_WEEKS = 8
YEAR = 364
TRAINING_ORIGINS = 26
LEAST_TOTALS = 300
"""Trees that learn from fewer only repeat a mean."""

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


def predicted(demand: Reals, days: Places, origin: int, objective: dict[str, Any]) -> Reals:
    """What gradient-boosted trees say of the totals at one origin, learnt from totals that ended before it.

    One model for all series: each total counts relative to its series' mean, and weighs as much as that mean.

    Args:
        demand: Units a day; NaN where nothing could be learnt. Shape (series, days).
        days: Days of each series' total. Shape (series,).
        origin: Column of the first day of the total.
        objective: LightGBM's parameters that say what is predicted: the mean or a quantile.

    Returns:
        Units, never negative. Shape (series,). NaN where less than 28 days are known, and everywhere where
        there are less than 300 totals to learn from.
    """
    import lightgbm  # noqa: PLC0415  # of the extra

    launched = launches(demand)
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
    if sum(map(len, rows)) < LEAST_TOTALS or not asked.any():
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
        (origin - launches(demand)).astype(np.float64),
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


def launches(demand: Reals) -> Places:
    """The first known column of each series; past the end where nothing is known. Shape (series,)."""
    known = ~np.isnan(demand)
    first = np.argmax(known, axis=1)
    return np.asarray(np.where(known.any(axis=1), first, demand.shape[1]), dtype=np.int64)


def _mean(values: Reals) -> Reals:
    return _mean_along(values, axis=1)


def _mean_along(values: Reals, axis: int) -> Reals:
    """The mean of what is known, 0 where nothing is."""
    counted = (~np.isnan(values)).sum(axis=axis)
    return np.asarray(np.nansum(values, axis=axis) / np.maximum(1, counted))


def _deviation(values: Reals) -> Reals:
    squared = _mean(values**2) - _mean(values) ** 2
    return np.asarray(np.sqrt(np.maximum(0.0, squared)))
