"""The arithmetic of the forecast benchmark, redone by hand, and what it takes for sales."""

from datetime import date

import numpy as np
import pytest

from benchmarks.forecast_data import Case, daily_units, spaced, stationary, without_credit_notes
from benchmarks.forecast_peers import rule
from benchmarks.forecast_scores import (
    absolute_error,
    coverage,
    difference,
    fill_rate,
    pinball,
    pinball_ratio,
    waste,
)

ACTUAL = np.array([[10.0, 0.0], [4.0, 6.0]])
QUANTILE = np.array([[8.0, 5.0], [4.0, 10.0]])


def test_a_unit_short_costs_the_level_and_a_unit_too_many_the_rest() -> None:
    assert pinball(ACTUAL, QUANTILE, 0.95) == pytest.approx(np.array([[1.9, 0.25], [0.0, 0.2]]))
    assert pinball_ratio(ACTUAL, QUANTILE, 0.95) == pytest.approx(2.35 / 20)


def test_a_total_that_equals_its_quantile_is_covered() -> None:
    assert coverage(ACTUAL, QUANTILE) == 0.75
    assert coverage(ACTUAL, QUANTILE, np.array([[True, False], [True, False]])) == 0.5
    assert np.isnan(coverage(ACTUAL, QUANTILE, np.zeros((2, 2), dtype=bool)))


def test_what_an_order_serves_and_wastes_is_a_share_of_what_was_sold() -> None:
    assert fill_rate(ACTUAL, QUANTILE) == (8 + 0 + 4 + 6) / 20
    assert waste(ACTUAL, QUANTILE) == (0 + 5 + 0 + 4) / 20
    assert absolute_error(ACTUAL, QUANTILE) == (2 + 5 + 0 + 4) / 20


def test_the_error_of_a_difference_is_that_of_a_ratio_over_items() -> None:
    # losses a item: ours 2.15 and .2, the other's none; sold 10 and 10
    found = difference(ACTUAL, QUANTILE, ACTUAL, 0.95)
    assert found.value == pytest.approx(0.1175)
    # residuals 2.15 - 1.175 and .2 - 1.175 are +-.975; sqrt(2 / 1 * 2 * .975^2) / 20
    assert found.error == pytest.approx(1.95 / 20)


def test_the_error_of_a_difference_is_what_drawing_other_items_shows() -> None:
    chance = np.random.default_rng(3)
    size = chance.gamma(1.0, 20.0, (400, 1))
    actual = chance.poisson(size * chance.gamma(4.0, 0.25, (400, 1)), (400, 6)).astype(float)
    ours, other = size * 1.6 * np.ones((1, 6)), size * 1.3 * np.ones((1, 6))
    drawn = [
        difference(actual[rows], ours[rows], other[rows], 0.95).value
        for rows in chance.integers(0, 400, (600, 400))
    ]
    assert difference(actual, ours, other, 0.95).error == pytest.approx(np.std(drawn), rel=0.12)


def test_a_method_does_not_differ_from_itself() -> None:
    same = difference(ACTUAL, QUANTILE, QUANTILE, 0.95)
    assert (same.value, same.error) == (0.0, 0.0)


def test_the_naive_rule_counts_days_from_the_first_sale_on() -> None:
    demand = np.array([[np.nan, np.nan, 2.0, 4.0, 6.0, 99.0]])
    naive = rule(demand, [5], 4, 0.95)
    # mean 4 and standard deviation 2 of three days; 4 x 4 + 1.644854 x 2 x sqrt(4)
    assert naive.mean.tolist() == [[16.0]]
    assert naive.quantile[0, 0] == pytest.approx(16 + 4 * 1.6448536)
    assert rule(demand, [5], 4, 0.95, window=2).mean.tolist() == [[20.0]]


def sale(
    invoice: str, day: int, quantity: int, item: str = "A", customer: str = "1", price: str = "2.50"
) -> dict[str, str]:
    return {
        "InvoiceNo": invoice, "StockCode": item, "Quantity": str(quantity), "CustomerID": customer,
        "InvoiceDate": f"06/{day:02}/2011 10:00", "UnitPrice": price,
    }  # fmt: skip


def test_a_credit_note_takes_the_latest_equal_sale_before_it_with_it() -> None:
    kept = [sale("1", 1, 5), sale("3", 9, 5), sale("4", 2, 5, customer="2"), sale("5", 2, 4)]
    rows = [*kept, sale("2", 3, 5), sale("C6", 4, -5), sale("C7", 5, -7)]
    assert without_credit_notes(rows) == kept
    assert without_credit_notes([*rows, sale("C8", 6, -5)]) == kept[1:]


def test_what_was_given_away_or_written_off_is_no_sale() -> None:
    rows = [sale("1", 1, 5, price="0.00"), sale("2", 1, -5), sale("3", 1, 1)]
    assert without_credit_notes(rows) == rows[2:]


def test_items_are_chosen_by_what_was_known_and_totals_start_at_the_origin() -> None:
    began = date(2026, 1, 5)
    sales = [("old", date.fromordinal(began.toordinal() + day), 1.0) for day in range(20)]
    sales += [("often", date.fromordinal(began.toordinal() + day), 2.0) for day in range(0, 60, 2)]
    sales += [("late", date.fromordinal(began.toordinal() + day), 3.0) for day in range(42, 60)]
    items, first_day, units = daily_units(sales)
    assert (items, first_day, units.shape) == (["late", "often", "old"], began, (3, 60))
    case = Case(
        name="case", connection={}, items=items, first_day=first_day, units=units, horizons=(7,), level=0.95,
        reported=spaced(date(2026, 2, 25), 2, 7), selection=(date(2026, 2, 10),), recent_days=14,
        least_sale_days=15,
    )  # fmt: skip
    assert case.reported == (date(2026, 2, 18), date(2026, 2, 25))
    assert case.chosen(selection=False).tolist() == [0, 1]
    assert case.chosen(selection=True).tolist() == [1]
    assert case.totals(date(2026, 2, 18), 7).tolist() == [21.0, 8.0, 0.0]


def test_the_stationary_series_are_the_same_each_time(tmp_path) -> None:  # type: ignore[no-untyped-def]
    one, two = stationary(tmp_path), stationary(tmp_path)
    assert np.array_equal(one.units, two.units)
    assert one.units.shape == (800, 365)
    assert one.units.mean(axis=1).max() == pytest.approx(50, rel=0.2)
