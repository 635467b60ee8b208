"""The pattern of the week: what an interval is expected to bring that begins on another weekday."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.weekly_pattern import interval_ratios

days = st.integers(0, 60)


@given(st.lists(st.floats(0, 10), min_size=7, max_size=7), st.integers(0, 6), days, st.integers(1, 60))
def test_the_ratio_is_that_of_the_days_factors_added_one_by_one(factors, began, shift, length):
    def added(first: int) -> float:
        return sum(factors[(first + step) % 7] for step in range(length))

    (found,) = interval_ratios(
        np.array(factors)[:, None], np.array([began]), np.array([shift]), np.array([length])
    )
    own = added(began)
    assert found == pytest.approx(added(began + shift) / own if own > 1e-9 else found)


def test_whole_weeks_and_intervals_of_which_nothing_is_expected_do_not_move():
    factors = np.array([[1, 0], [2, 0], [3, 0], [4, 0], [5, 0], [6, 0], [7, 1]], dtype=float)
    found = interval_ratios(factors, np.array([0, 0]), np.array([3, 6]), np.array([14, 1]))
    assert found.tolist() == [1, 1]
