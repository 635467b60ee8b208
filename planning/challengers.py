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
import numpy.typing as npt
import pyarrow as pa

from planning.boosted_trees import LEAST_DAYS, OF_THE_MEAN, WEEK, Places, launches, predicted
from planning.fixed_point import Reals

CANDIDATES = ("ets", "sba", "tsb", "lightgbm")
LIBRARIES = ("statsforecast", "lightgbm")

ETS_DAYS = 364
"""A season of a week needs no more, and a fit takes as long as its series is."""

SMOOTHING = 0.1
"""Of sizes and of probabilities in TSB; what Teunter, Syntetos and Babai find good for slow movers."""

ORIGINS_WEEKS_AGO = range(0, 27, 2)
"""Every second origin of the backtest is enough to compare by, and takes half the time."""

TOTALS = pa.schema(
    [
        pa.field("location_key", pa.string(), nullable=False),
        pa.field("item_key", pa.string(), nullable=False),
        pa.field("origin_weeks_ago", pa.int32(), nullable=False),
        pa.field("candidate", pa.string(), nullable=False),
        pa.field("expected", pa.float64(), nullable=False),
    ]
)

Daily = Callable[[Reals, int], Reals]
"""Expected units of each of the next days, from the days before them."""


def missing_libraries() -> list[str]:
    """Names of the extra's libraries that are not installed."""
    return [name for name in LIBRARIES if find_spec(name) is None]


def challenger_totals(series: pa.Table, demand: pa.Table) -> pa.Table:
    """The expected totals of the protection interval, one row a series, origin and candidate.

    Args:
        series: `location_key`, `item_key` and `protection_days` of each series.
        demand: `series` (the number of the row above), `days_ago` (1 or more) and `demand` (units) of each
            day that tells something of demand.

    Returns:
        The columns of `TOTALS`; no row where a series was known for less than 28 days at the origin.
    """
    if not demand.num_rows:
        return TOTALS.empty_table()
    days_ago = demand["days_ago"].to_numpy()
    today = int(days_ago.max())
    panel = np.full((series.num_rows, today), np.nan)
    panel[demand["series"].to_numpy(), today - days_ago] = demand["demand"].to_numpy()
    weeks_ago = np.array([weeks for weeks in ORIGINS_WEEKS_AGO if WEEK * weeks < today], dtype=np.int32)
    days = series["protection_days"].to_numpy().astype(np.int64)
    totals = expected_totals(panel, days, (today - WEEK * weeks_ago).tolist())
    return pa.concat_tables(_rows(series, weeks_ago, *each) for each in totals.items())


def _rows(series: pa.Table, weeks_ago: npt.NDArray[np.int32], candidate: str, expected: Reals) -> pa.Table:
    known = ~np.isnan(expected)
    row, column = np.nonzero(known)
    return pa.table(
        {
            "location_key": series["location_key"].take(row),
            "item_key": series["item_key"].take(row),
            "origin_weeks_ago": weeks_ago[column],
            "candidate": pa.repeat(candidate, len(row)),
            "expected": expected[known],
        },
        schema=TOTALS,
    )


def expected_totals(
    demand: Reals,
    days: Places,
    origins: Sequence[int],
    candidates: Sequence[str] = CANDIDATES,
) -> dict[str, Reals]:
    """Expected totals of every series at every origin, by each candidate.

    Args:
        demand: Units a day; NaN where nothing could be learnt. Shape (series, days).
        days: Days of each series' total, 1 or more. Shape (series,).
        origins: Columns of the first days of the totals; may be one past the last column.
        candidates: Of `CANDIDATES`.

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
        if candidate == "lightgbm":
            totals[candidate] = _trees_of_all_series(demand, days, origins)
        else:
            totals[candidate] = _each_series_alone(demand, days, origins, _daily(candidate))
    return totals


def _each_series_alone(demand: Reals, days: Places, origins: Sequence[int], daily: Daily) -> Reals:
    totals = np.full((len(demand), len(origins)), np.nan)
    launched = launches(demand)
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
