"""How much of a level's demand lies in an interval that begins on another day of the week."""

import numpy as np

from planning.fixed_point import Reals
from planning.replay import Days

WEEK = 7


def interval_ratios(factors: Reals, began: Days, shift: Days, length: Days) -> Reals:
    """Expected demand of an interval that begins some days later, against the one that a level was made for.

    Args:
        factors: What each weekday is to an item's level, Monday first. Shape (7, n).
        began: Weekday on which the level's own interval begins, 0 for Monday. Shape (n,).
        shift: Days by which the other interval begins later. Shape (n,).
        length: Days of both intervals. Shape (n,).

    Returns:
        The ratio; 1 where nothing is expected of the level's own interval. Shape (n,).
    """
    own, other = (
        _interval_sum(factors, (began + later) % WEEK, length) for later in (np.zeros_like(shift), shift)
    )
    return np.divide(other, own, out=np.ones_like(own), where=own > 0)


def _interval_sum(factors: Reals, first: Days, length: Days) -> Reals:
    total: Reals = length // WEEK * factors.sum(axis=0)
    columns = np.arange(factors.shape[1])
    for step in range(WEEK - 1):
        total = total + np.where(step < length % WEEK, factors[(first + step) % WEEK, columns], 0.0)
    return total
