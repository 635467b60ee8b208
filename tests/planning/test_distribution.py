"""The distribution of demand, against published figures and scipy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from planning.distribution import (
    QUANTILE_LEVELS,
    exceedance_probability,
    expected_shortage,
    normal_exceedance,
    standard_loss,
)


def test_the_loss_function_has_its_published_values():
    assert standard_loss(np.array([0.0, 1.0, 2.0])) == pytest.approx([0.398942, 0.083315, 0.008491], abs=5e-7)


@given(st.floats(-8, 8))
def test_the_loss_function_is_the_expected_excess_of_a_normal_variable(score):
    expected = stats.norm.expect(lambda x: x - score, lb=score, ub=40)
    assert standard_loss(np.array([score]))[0] == pytest.approx(expected, abs=1e-9)


@given(st.floats(-30, 30))
def test_exceedance_agrees_with_scipy(score):
    assert normal_exceedance(np.array([score]))[0] == pytest.approx(stats.norm.sf(score), rel=1e-9)


def test_the_stockout_probability_at_a_quantile_is_what_the_quantile_says():
    quantiles = np.array([60.0, 68.0, 73.0, 77.0, 81.0, 84.0])
    stock = np.append(quantiles, [])
    found = exceedance_probability(stock, np.tile(quantiles, (6, 1)))
    assert found == pytest.approx([1 - level for level in QUANTILE_LEVELS], abs=1e-12)


def test_normal_quantiles_give_the_normal_probability_at_every_stock():
    quantiles = stats.norm.ppf(QUANTILE_LEVELS, loc=100, scale=20)
    stock = np.linspace(40, 180, 50)
    found = exceedance_probability(stock, np.tile(quantiles, (50, 1)))
    assert found == pytest.approx(stats.norm.sf(stock, loc=100, scale=20), abs=1e-12)


@pytest.mark.parametrize(("stock", "probability"), [(0.0, 0.10), (-1.0, 1.0), (12.0, 0.0)])
def test_quantiles_that_coincide_make_a_step(stock, probability):
    quantiles = np.array([[0.0, 0.0, 0.0, 5.0, 12.0, 12.0]])
    assert exceedance_probability(np.array([stock]), quantiles)[0] == pytest.approx(probability, abs=1e-12)


@given(
    st.lists(st.floats(0, 1e5), min_size=6, max_size=6),
    st.floats(0, 1e5),
    st.floats(0, 1e5),
)
def test_more_stock_never_raises_the_stockout_probability(steps, stock, more):
    quantiles = np.cumsum(steps)[None, :]
    low = exceedance_probability(np.array([stock]), quantiles)[0]
    high = exceedance_probability(np.array([stock + more]), quantiles)[0]
    assert 0 <= high <= low + 1e-12 <= 1 + 1e-12


@given(st.floats(-100, 1e5), st.floats(0, 1e5), st.one_of(st.just(0.0), st.floats(1e-6, 1e5)))
def test_the_expected_shortage_is_between_nothing_and_all_demand(stock, mean, deviation):
    (found,) = expected_shortage(np.array([stock]), np.array([mean]), np.array([deviation]))
    assert 0 <= found <= mean
