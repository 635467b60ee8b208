"""How good forecasts of totals are: pinball loss, coverage, error of the mean, and the error of differences.

Every array has one row an item and one column an origin; units are those of the item. Ratios are of sums over
all items and origins, so that an item counts by what it sells.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Units = NDArray[np.float64]


@dataclass(frozen=True)
class Forecast:
    """One method's forecasts of the totals, shape (items, origins).

    Attributes:
        quantile: The quantile that an order follows.
        mean: The expected total.
    """

    quantile: Units
    mean: Units


@dataclass(frozen=True)
class Estimate:
    """A figure with its standard error."""

    value: float
    error: float


def pinball(actual: Units, quantile: Units, level: float) -> Units:
    """Pinball loss, units: `level` for a unit short, 1 - `level` for a unit too many."""
    return np.maximum(level * (actual - quantile), (1 - level) * (quantile - actual))


def pinball_ratio(actual: Units, quantile: Units, level: float) -> float:
    """Sum of the pinball loss / sum of what was sold."""
    return float(pinball(actual, quantile, level).sum() / actual.sum())


def coverage(actual: Units, quantile: Units, counted: NDArray[np.bool_] | None = None) -> float:
    """Share of the totals that the quantile was not exceeded by; NaN where nothing counts.

    Args:
        actual: What was sold.
        quantile: What was forecast.
        counted: Which totals count; all of them by default.
    """
    reached = actual <= quantile
    if counted is not None:
        reached = reached[counted]
    return float(reached.mean()) if reached.size else float("nan")


def absolute_error(actual: Units, mean: Units) -> float:
    """Sum of the absolute errors of the mean / sum of what was sold (WAPE)."""
    return float(np.abs(actual - mean).sum() / actual.sum())


def fill_rate(actual: Units, order: Units) -> float:
    """Share of demand that an order of that size serves."""
    return float(np.minimum(order, actual).sum() / actual.sum())


def waste(actual: Units, order: Units) -> float:
    """What is left of the orders / sum of what was sold."""
    return float(np.maximum(order - actual, 0).sum() / actual.sum())


def difference(actual: Units, quantile: Units, other: Units, level: float) -> Estimate:
    """How much more a method loses than another on the same totals, as a share of what was sold.

    The origins of an item share its surprises, so items are the independent draws: the error is that of a
    ratio of sums over clusters (Cochran, "Sampling Techniques", 6.4: the linearised variance of a ratio).

    Args:
        actual: What was sold.
        quantile: The method's quantile.
        other: The quantile of the method that it is held against.
        level: Of both.

    Returns:
        The difference of the two ratios, above 0 where the method is worse, and its standard error.
    """
    worse = (pinball(actual, quantile, level) - pinball(actual, other, level)).sum(axis=1)
    sold = actual.sum(axis=1)
    ratio = worse.sum() / sold.sum()
    items = len(sold)
    residuals = worse - ratio * sold
    return Estimate(float(ratio), float(np.sqrt(items / (items - 1) * (residuals**2).sum()) / sold.sum()))
