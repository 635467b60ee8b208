"""The rule that most products order by, as a yardstick: a moving mean and a normal safety stock."""

from statistics import NormalDist

import numpy as np

from planning.fixed_point import SCALE, Flags, Reals, Units
from planning.replay import Days, Rule

WINDOW_DAYS = 28
HIGHEST_LEVEL = 0.9999
"""A level of 1 has no normal score."""

_score = np.frompyfunc(NormalDist().inv_cdf, 1, 1)


def naive_rule(demand: Units, known: Flags, protection_days: Days, service_level: Reals) -> Rule:
    """Orders up to mean x days + z x sigma x sqrt(days), both of the 28 days before.

    Args:
        demand: Units asked for, from 28 days before the first day of the replay. Shape (28 + days, n).
        known: Whether the item was on sale by that day; earlier days are in no mean. Shape (28 + days, n).
        protection_days: Days that an order has to last for. Shape (n,).
        service_level: Its normal score is z; below .5 there is no safety stock. Shape (n,).

    Returns:
        The rule on each day of the replay. The spread is that of single days (n - 1 in the denominator), and
        0 where fewer than two are known.
    """
    units = np.where(known, demand, 0) / SCALE
    # squares of small numbers: the spread of a steady item must be 0, not what rounding leaves
    first = units[known.argmax(axis=0), np.arange(units.shape[1])]
    above_first = np.where(known, units - first, 0.0)
    count, total, offset, squares = (
        _window(each) for each in (known.astype(np.float64), units, above_first, above_first * above_first)
    )
    mean = np.divide(total, count, out=np.zeros_like(total), where=count > 0)
    excess = squares - np.divide(offset * offset, count, out=np.zeros_like(total), where=count > 0)
    variance = np.divide(np.maximum(0.0, excess), count - 1, out=np.zeros_like(total), where=count > 1)
    score = np.asarray(_score(np.clip(service_level, 0.5, HIGHEST_LEVEL)), dtype=np.float64)
    level = mean * protection_days + score * np.sqrt(variance * protection_days)
    return Rule(order_up_to=np.rint(level * SCALE).astype(np.int64), daily_demand=mean)


def _window(values: Reals) -> Reals:
    """The sum of the 28 days before each day; the first result is for the 29th."""
    cumulated = np.vstack([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    return cumulated[WINDOW_DAYS:-1] - cumulated[: -WINDOW_DAYS - 1]
