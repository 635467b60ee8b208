"""Forecasts of libraries: what they know, what they say, and where they say nothing."""

import numpy as np
import pyarrow as pa
import pytest

from planning import challengers
from planning.boosted_trees import actual_totals, features
from planning.challengers import CANDIDATES, challenger_totals, expected_totals, filled

pytestmark = pytest.mark.skipif(
    bool(challengers.missing_libraries()), reason="the extra [forecast] is not installed"
)
DAYS = 140


@pytest.fixture(scope="module")
def demand() -> np.ndarray:
    """Items that are steady, weekly, slow, new, with gaps, and never sold; and many others to learn from."""
    chance = np.random.default_rng(11)
    week = np.array([5.0, 5, 5, 5, 10, 20, 0])
    panel = np.full((6 + 40, DAYS), np.nan)
    panel[0] = chance.poisson(8, DAYS)
    panel[1] = np.tile(week, DAYS // 7)
    panel[2] = chance.binomial(1, 0.1, DAYS) * 3
    panel[3, -20:] = 4
    panel[4] = panel[1]
    panel[4, 30:70:9] = np.nan
    panel[5] = 0
    panel[6:] = chance.poisson(np.linspace(1, 9, 40)[:, None], (40, DAYS))
    return panel


@pytest.fixture(scope="module")
def totals(demand: np.ndarray) -> dict[str, np.ndarray]:
    return expected_totals(demand, np.full(len(demand), 14), [DAYS - 28, DAYS])


def test_every_candidate_finds_a_steady_level(totals: dict[str, np.ndarray]) -> None:
    for candidate in CANDIDATES:
        assert totals[candidate][0] == pytest.approx(8 * 14, rel=0.2), candidate
        assert np.nanmin(totals[candidate]) >= 0


def test_a_strict_week_is_learnt_with_and_without_gaps(totals: dict[str, np.ndarray]) -> None:
    assert totals["ets"][1] == pytest.approx(100, rel=0.02)
    assert totals["ets"][4] == pytest.approx(100, rel=0.05)
    assert expected_totals(np.tile([5.0, 5, 5, 5, 10, 20, 0], (1, 20)), np.array([2]), [DAYS - 2], ["ets"])[
        "ets"
    ] == pytest.approx(20, rel=0.02)


def test_an_item_known_for_less_than_four_weeks_is_left_to_others(totals: dict[str, np.ndarray]) -> None:
    assert all(np.isnan(totals[candidate][3]).all() for candidate in CANDIDATES)
    assert all((totals[candidate][5, 1] < 1).all() for candidate in CANDIDATES)


def test_nothing_after_the_origin_is_known(demand: np.ndarray, totals: dict[str, np.ndarray]) -> None:
    changed = demand.copy()
    changed[:, DAYS - 28 :] = 1000
    again = expected_totals(changed, np.full(len(demand), 14), [DAYS - 28])
    for candidate in CANDIDATES:
        assert np.array_equal(again[candidate][:, 0], totals[candidate][:, 0], equal_nan=True), candidate


def test_an_unknown_candidate_is_refused() -> None:
    with pytest.raises(ValueError, match="prophet is no candidate"):
        expected_totals(np.ones((1, 60)), np.array([7]), [60], ["prophet"])


def test_a_missing_day_takes_the_mean_of_its_weekday() -> None:
    known = np.array([1.0, 2, 3, 4, 5, 6, 7, 3, np.nan, 3])
    assert filled(known)[8] == 2
    assert filled(np.array([np.nan, 4.0]))[0] == 4


def test_totals_and_features_of_a_span_are_those_counted_by_hand() -> None:
    demand = np.arange(1.0, 29)[None, :]
    assert actual_totals(demand, np.array([3]), 24).tolist() == [25 + 26 + 27]
    assert np.isnan(actual_totals(demand, np.array([5]), 24)).all()
    row = features(demand, np.array([7]), 28)[0] * 14.5  # the mean of 1 to 28
    assert row[:3] == pytest.approx([25, 21.5, 14.5])
    # of the weekdays that follow: each the mean of its four days, all of them that of all days
    assert row[5] == pytest.approx(14.5)


def test_the_table_names_series_origin_and_candidate(
    demand: np.ndarray, totals: dict[str, np.ndarray]
) -> None:
    row, column = np.nonzero(~np.isnan(demand))
    series = pa.table(
        {
            "location_key": ["s"] * len(demand),
            "item_key": [f"i{number}" for number in range(len(demand))],
            "protection_days": pa.array([14] * len(demand), pa.int32()),
        }
    )
    days = pa.table({"series": row, "days_ago": DAYS - column, "demand": demand[row, column]})
    rows = challenger_totals(series, days).to_pylist()
    found = {
        (each["item_key"], each["origin_weeks_ago"], each["candidate"]): each["expected"] for each in rows
    }
    assert len(found) == len(rows)
    for candidate in CANDIDATES:
        assert found["i1", 0, candidate] == totals[candidate][1, 1]
        assert found["i1", 4, candidate] == totals[candidate][1, 0]
        assert ("i3", 0, candidate) not in found
    assert {weeks for _, weeks, _ in found} == set(range(0, 17, 2))
    assert challenger_totals(series, days.slice(0, 0)).num_rows == 0
