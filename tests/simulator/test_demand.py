"""The simulated demand: repeatable, of every kind, and as the kinds are described."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from simulator.demand import KINDS, STATIONARY, SimulatedDemand, generate_demand, write_demand_csv

MONDAY = date(2023, 1, 2)
YEARS = 4


@pytest.fixture(scope="module")
def demand() -> SimulatedDemand:
    return generate_demand(11, items=200, first_day=MONDAY, days=YEARS * 364)


def of_kind(demand: SimulatedDemand, kind: str) -> list[np.ndarray]:
    return [demand.units[:, number] for number, item in enumerate(demand.items) if item.kind == kind]


def test_equal_seeds_make_equal_demand_and_others_do_not(demand):
    again = generate_demand(11, items=200, first_day=MONDAY, days=YEARS * 364)
    assert again.items == demand.items
    assert (again.units == demand.units).all()
    assert (generate_demand(12, items=200, first_day=MONDAY, days=28).units[:28] != demand.units[:28]).any()


def test_there_are_items_of_every_kind_half_of_which_do_not_change(demand):
    kinds = Counter(item.kind for item in demand.items)
    assert set(kinds) == set(KINDS)
    assert sum(kinds[kind] for kind in STATIONARY) == 100
    assert len({item.sku for item in demand.items}) == 200
    assert {item.kind for item in generate_demand(1, items=6, first_day=MONDAY, days=7).items} == set(KINDS)


def test_items_are_bought_as_suppliers_sell(demand):
    for item in demand.items:
        assert 2 <= item.lead_time_days <= 14
        assert 0 <= item.lead_time_sd_days <= item.lead_time_days / 4
        assert item.minimum_order % item.pack_size == 0
        assert 0 < item.unit_cost < item.unit_price
    assert len({item.pack_size for item in demand.items}) == 5
    assert len({item.lead_time_days for item in demand.items}) == 13


@pytest.mark.parametrize("kind", ["fast", "slow", "intermittent", "weekday", "season"])
def test_an_items_mean_is_what_it_says(demand, kind):
    ratios = [
        demand.units[:, number].mean() / item.daily_mean
        for number, item in enumerate(demand.items)
        if item.kind == kind
    ]
    assert np.mean(ratios) == pytest.approx(1, abs=0.15)


def test_a_weekday_pattern_peaks_at_the_end_of_the_week_and_a_steady_item_has_none(demand):
    def weekend_share(units: np.ndarray) -> float:
        week = units.reshape(-1, 7).sum(axis=0)
        return week[4:6].sum() / week.sum()

    assert min(weekend_share(units) for units in of_kind(demand, "weekday")) > 0.35
    assert np.mean([weekend_share(units) for units in of_kind(demand, "fast")]) == pytest.approx(
        2 / 7, abs=0.01
    )


def test_a_trend_doubles_to_trebles_in_a_year_or_falls_as_much(demand):
    for units in of_kind(demand, "trend"):
        years = units.reshape(YEARS, -1).sum(axis=1)
        change = (years[1] + years[2] + 1) / (years[0] + years[1] + 1)
        assert 1.7 < max(change, 1 / change) < 3.5


def test_a_season_comes_back_every_year(demand):
    for units in of_kind(demand, "season"):
        months = units.reshape(YEARS, 13, 28).sum(axis=2)
        assert np.corrcoef(months[0], months[1])[0, 1] > 0.7
        assert months.sum(axis=0).max() > 1.8 * months.sum(axis=0).min()


def test_intermittent_items_are_asked_for_on_few_days(demand):
    shares = [(units > 0).mean() for units in of_kind(demand, "intermittent")]
    assert min(shares) > 0.05 and max(shares) < 0.4


def test_the_file_holds_every_unit_on_its_day(tmp_path: Path):
    demand = generate_demand(2, items=12, first_day=MONDAY, days=30)
    path = tmp_path / "sales.csv"
    lines = write_demand_csv(demand, path)
    rows = list(csv.DictReader(path.open()))
    assert len(rows) == lines == (demand.units > 0).sum()
    place = {item.sku: number for number, item in enumerate(demand.items)}
    read = np.zeros_like(demand.units)
    for row in rows:
        read[(date.fromisoformat(row["sold_at"]) - MONDAY).days, place[row["item_id"]]] += int(
            row["quantity"]
        )
    assert (read == demand.units).all()
    assert len({row["order_id"] for row in rows}) == lines
