"""The distribution of demand over a span of days, known by its mean, spread and a few upper quantiles."""

import math
from statistics import NormalDist

import numpy as np

from planning.fixed_point import Reals

QUANTILE_LEVELS = (0.5, 0.8, 0.9, 0.95, 0.98, 0.99)
QUANTILE_SCORES = np.array([NormalDist().inv_cdf(level) for level in QUANTILE_LEVELS])

_erfc = np.frompyfunc(math.erfc, 1, 1)


def normal_exceedance(score: Reals) -> Reals:
    """Probability that a standard normal variable exceeds `score` (dimensionless, any shape)."""
    return 0.5 * np.asarray(_erfc(score / math.sqrt(2.0)), dtype=np.float64)


def standard_loss(score: Reals) -> Reals:
    """Expected shortfall of a standard normal variable above `score`: G(k) = phi(k) - k (1 - Phi(k)).

    The unit normal loss function of Silver, Pyke and Peterson, "Inventory Management and Production Planning
    and Scheduling". Times the standard deviation it is the expected number of units short in a cycle.

    Args:
        score: k, in standard deviations above the mean; any shape.

    Returns:
        G(k), in standard deviations; never negative.
    """
    density = np.exp(-0.5 * score**2) / math.sqrt(2.0 * math.pi)
    return np.maximum(0.0, density - score * normal_exceedance(score))


def expected_shortage(stock: Reals, mean: Reals, deviation: Reals) -> Reals:
    """Units of demand that a stock is expected to leave unserved: E[(D - stock)+].

    Demand counts as normal around `mean`, and since it cannot be negative the result is at most `mean`.

    Args:
        stock: Units at the start; below 0 counts as 0. Shape (n,).
        mean: Mean demand over the span, units. Shape (n,).
        deviation: Standard deviation of that demand, units; may be 0. Shape (n,).

    Returns:
        Units short, between 0 and `mean`. Shape (n,).
    """
    shelf = np.maximum(0.0, stock)
    spread = np.where(deviation > 0, deviation, 1.0)
    shortage = spread * standard_loss((shelf - mean) / spread)
    return np.clip(np.where(deviation > 0, shortage, mean - shelf), 0.0, mean)


def exceedance_probability(stock: Reals, quantiles: Reals) -> Reals:
    """Probability that demand exceeds a stock, read from the quantiles of demand.

    Between two quantiles the normal score of the probability runs linearly in units; below the median and
    above the .99 quantile the nearest segment goes on with its slope. Quantiles that coincide make a step.

    Args:
        stock: Units at the start. Shape (n,).
        quantiles: Demand at `QUANTILE_LEVELS`, not decreasing along the row, units. Shape (n, 6).

    Returns:
        Probabilities between 0 and 1. Where all quantiles coincide: 1 below them, 0 at or above. Shape (n,).
    """
    segments = quantiles.shape[1] - 1
    lower = np.clip((stock[:, None] >= quantiles).sum(axis=1) - 1, 0, segments - 1)
    rows = np.arange(len(stock))
    start, end = quantiles[rows, lower], quantiles[rows, lower + 1]
    width = end - start
    with np.errstate(over="ignore"):  # a width next to nothing is a step: infinity is the right share
        share = np.divide(stock - start, width, out=np.zeros_like(stock), where=width > 0)
    score = QUANTILE_SCORES[lower] + share * (QUANTILE_SCORES[lower + 1] - QUANTILE_SCORES[lower])
    step = np.where(stock >= end, 0.0, 1.0)
    return np.where(width > 0, normal_exceedance(score), step)
