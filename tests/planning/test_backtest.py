"""The backtest of a policy: figures by hand, equal terms for both rules, and what no rule may know."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats

from planning import backtest as module
from planning.backtest import first_day_needed, policy_backtest
from planning.backtest_schema import BACKTEST, DEMAND, ITEMS, LEVELS, SUMMARY, WEEKDAYS
from planning.backtest_summary import sentences, summarise
from simulator.demand import generate_demand

AS_OF = date(2026, 11, 2)
WEEKS = 26


def item(name: str, **values: Any) -> dict[str, Any]:
    return {
        "location_key": "shop:1", "item_key": f"shop:{name}", "location_name": "Shop",
        "item_name": name.title(), "currency": "GBP", "abc_class": "A", "unit_cost": Decimal("1.25"),
        **values,
    }  # fmt: skip


def levels(name: str, level: Any, *, weeks: int = WEEKS, **values: Any) -> list[dict[str, Any]]:
    """An origin a week: 3 a day, a week's lead time, a review every week, 95 %."""
    return [
        {
            "location_key": "shop:1", "item_key": f"shop:{name}",
            "origin_date": AS_OF - timedelta(weeks=week),
            "forecast_daily": 3.0, "order_up_to": Decimal(level), "lead_time_days": Decimal(7),
            "lead_time_sd_days": Decimal(0), "review_period_days": 7, "protection_days": 14,
            "service_level": Decimal("0.95"), "service_kind": "cycle_service", "pack_size": Decimal(1),
            "minimum_order": Decimal(0), **values,
        }
        for week in range(weeks)
    ]  # fmt: skip


def sales(name: str, units: list[Any]) -> list[dict[str, Any]]:
    """Units of the last days, the last one yesterday."""
    return [
        {
            "location_key": "shop:1", "item_key": f"shop:{name}", "demand": Decimal(str(each)),
            "business_date": AS_OF - timedelta(days=len(units) - number),
        }
        for number, each in enumerate(units)
    ]  # fmt: skip


def table(schema: pa.Schema, *rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist([row for each in rows for row in each], schema=schema)


def both(
    name: str,
    level: Any,
    units: list[Any],
    *,
    weeks: int = WEEKS,
    changes: dict[str, Any] | None = None,
    **values: Any,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The list's row and the naive rule's of one item."""
    found = policy_backtest(
        table(LEVELS, levels(name, level, weeks=weeks, **values)),
        table(DEMAND, sales(name, units)),
        table(ITEMS, [item(name, **(changes or {}))]),
        AS_OF,
    )
    ours, naive = found.to_pylist()
    assert (ours["rule"], naive["rule"]) == ("recommendation", "naive")
    return ours, naive


def test_a_steady_item_under_the_naive_rules_own_level_does_the_same_under_both():
    # Level 14 x 3. At a review 21 are on their way and 21 on hand, so that days close at 18, 15, ..., 0: 9.
    ours, naive = both("tea", 42, [3] * 200)
    assert {**ours, "rule": None} == {**naive, "rule": None}
    assert (ours["first_day"], ours["last_day"]) == (AS_OF - timedelta(days=84), AS_OF - timedelta(days=1))
    assert (ours["days"], ours["cycles"], ours["cycles_without_stockout"]) == (84, 12, 12)
    assert (ours["demand"], ours["units_sold"], ours["fill_rate"]) == (252, 252, 1.0)
    assert (ours["average_stock"], ours["average_stock_value"]) == (9, Decimal("11.25"))
    assert (ours["orders"], ours["units_ordered"], ours["units_wasted"]) == (12, 252, 0)
    assert (ours["service_kind"], ours["service_level"], ours["service_reached"]) == (
        "cycle_service", Decimal("0.95"), 1.0,
    )  # fmt: skip


def test_a_level_that_is_too_low_runs_out_in_every_other_cycle_since_what_is_lost_is_not_asked_for_again():
    # Level 39 less the 21 of a week leaves 18 for the next, where 21 are asked for; then 39 - 18 are enough.
    ours, _ = both("tea", 39, [3] * 200)
    assert (ours["service_reached"], ours["cycles_without_stockout"]) == (0.5, 6)
    assert ours["fill_rate"] == pytest.approx(39 / 42)


def test_a_target_of_units_is_judged_by_the_units_served():
    ours, naive = both("tea", 39, [3] * 200, service_kind="fill_rate")
    assert ours["service_reached"] == ours["fill_rate"] == pytest.approx(39 / 42)
    assert naive["service_reached"] == naive["fill_rate"] == 1


def test_an_order_that_waits_for_the_suppliers_day_arrives_later():
    # Level 14 x 3. Orders arrive two days later, and the shelf is empty on these two of seven days.
    waiting, _ = both("tea", 42, [3] * 200, order_wait_days=2)
    assert waiting["fill_rate"] < 1
    assert waiting == both("tea", 42, [3] * 200, lead_time_days=Decimal(9))[0]


def test_what_cost_nobody_told_has_no_value():
    ours, _ = both("tea", 42, [3] * 200, changes={"unit_cost": None})
    assert (ours["average_stock"], ours["average_stock_value"]) == (9, None)


def test_a_level_counts_from_its_origin_on():
    # Level 42 until the origin four weeks ago, 63 from it on: then 21 more are ordered, once.
    rows = levels("tea", 42)
    for row in rows[1:5]:
        row["order_up_to"] = Decimal(63)
    found = policy_backtest(
        table(LEVELS, rows), table(DEMAND, sales("tea", [3] * 200)), table(ITEMS, [item("tea")]), AS_OF
    )
    ours, naive = found.to_pylist()
    assert ours["units_ordered"] == naive["units_ordered"] + 21
    # they lie there for three of the twelve weeks: from a lead time after the origin
    assert ours["average_stock"] == naive["average_stock"] + Decimal("5.25")


def test_an_item_that_is_ordered_daily_follows_the_week_from_day_to_day():
    # Six are asked for on Saturdays, none on Sundays, else one. A morning's order is for its day alone,
    # and the origins' Mondays need one: the pattern makes six of it on Saturdays and none on Sundays.
    asked = [1, 1, 1, 1, 1, 6, 0]
    assert AS_OF.weekday() == 0
    rows = levels(
        "bun", 1, lead_time_days=Decimal(0), review_period_days=1, protection_days=1, forecast_daily=1.0
    )
    week = [
        {**{name: row[name] for name in ("location_key", "item_key", "origin_date")}, "weekday": day + 1,
         "day_factor": float(asked[day])}
        for row in rows for day in range(7)
    ]  # fmt: skip
    given = table(LEVELS, rows), table(DEMAND, sales("bun", asked * 30)), table(ITEMS, [item("bun")])
    ours, naive = policy_backtest(*given, AS_OF, weekdays=table(WEEKDAYS, week)).to_pylist()
    assert (ours["fill_rate"], ours["service_reached"], ours["average_stock"]) == (1, 1, 0)
    assert naive["average_stock"] > 0
    blind, _ = policy_backtest(*given, AS_OF).to_pylist()
    assert blind["service_reached"] == pytest.approx(6 / 7, abs=0.01)


def test_a_young_items_days_count_after_its_first_protection_interval_and_a_younger_one_has_none():
    found = policy_backtest(
        table(LEVELS, levels("young", 42, weeks=6), levels("new", 42, weeks=3)),
        table(DEMAND, sales("young", [3] * 49), sales("new", [3] * 28)),
        table(ITEMS, [item("young"), item("new")]),
        AS_OF,
    )
    assert found["item_name"].to_pylist() == ["Young", "Young"]
    # its first origin but one is today's: five weeks ago, less 14 days
    assert found["days"].to_pylist() == [21, 21]
    assert found["first_day"].to_pylist()[0] == AS_OF - timedelta(days=21)


def test_a_lead_time_of_years_neither_lengthens_the_replay_nor_takes_days_from_other_items():
    endless = {"lead_time_days": Decimal(3000), "protection_days": 3007}
    rows = table(LEVELS, levels("tea", 42), levels("ore", 9000, **endless))
    assert first_day_needed(rows, AS_OF) == AS_OF - timedelta(weeks=WEEKS - 1, days=28)
    found = policy_backtest(
        rows,
        table(DEMAND, sales("tea", [3] * 250), sales("ore", [3] * 250)),
        table(ITEMS, [item("tea"), item("ore")]),
        AS_OF,
    )
    assert found["item_name"].to_pylist() == ["Tea", "Tea"]
    assert found["days"].to_pylist() == [84, 84]


def shop_of(names: list[str], seed: int = 0) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Items with demand and lead times of chance."""
    chance = np.random.default_rng(seed)
    return (
        table(
            LEVELS, *(levels(name, 50, lead_time_sd_days=Decimal("1.5"), max_stock=None) for name in names)
        ),
        table(DEMAND, *(sales(name, chance.poisson(3, 240).tolist()) for name in names)),
        table(ITEMS, [item(name, abc_class="ABC"[number % 3]) for number, name in enumerate(names)]),
    )


def test_days_after_the_replay_change_nothing():
    given_levels, demand, items = shop_of(["a", "b"])
    earlier = AS_OF - timedelta(days=28)

    def until(rows: pa.Table, column: str) -> pa.Table:
        return rows.filter(pa.compute.less(rows[column], earlier))

    cut = policy_backtest(until(given_levels, "origin_date"), until(demand, "business_date"), items, earlier)
    assert policy_backtest(given_levels, demand, items, earlier) == cut
    assert policy_backtest(given_levels, demand, items, AS_OF) != cut


def test_days_before_the_first_one_needed_change_nothing():
    given_levels, demand, items = shop_of(["a", "b"])
    first = first_day_needed(given_levels, AS_OF)
    needed = demand.filter(pa.compute.greater_equal(demand["business_date"], first))
    assert len(needed) < len(demand)
    whole = policy_backtest(given_levels, demand, items, AS_OF)
    assert policy_backtest(given_levels, needed, items, AS_OF) == whole
    later = demand.filter(pa.compute.greater(demand["business_date"], first + timedelta(days=28)))
    assert policy_backtest(given_levels, later, items, AS_OF) != whole


def test_items_are_replayed_alike_whatever_is_replayed_with_them(monkeypatch):
    inputs = shop_of(["a", "b", "c", "d", "e"])
    whole = policy_backtest(*inputs, AS_OF)
    monkeypatch.setattr(module, "ITEMS_AT_ONCE", 2)
    assert policy_backtest(*inputs, AS_OF) == whole
    shuffled = [rows.take(np.random.default_rng(1).permutation(len(rows))) for rows in inputs]
    assert policy_backtest(*shuffled, AS_OF) == whole


def test_both_rules_meet_the_same_demand_and_the_seed_decides_the_lead_times():
    found = policy_backtest(*shop_of(["a", "b", "c"]), AS_OF)
    rows = found.to_pylist()
    for ours, naive in zip(rows[::2], rows[1::2], strict=True):
        assert [ours[name] for name in ("item_key", "demand", "days", "cycles")] == [
            naive[name] for name in ("item_key", "demand", "days", "cycles")
        ]
    assert policy_backtest(*shop_of(["a", "b", "c"]), AS_OF, seed=2) != found


def test_no_items_make_an_empty_table_and_a_missing_column_is_named():
    empty = policy_backtest(LEVELS.empty_table(), DEMAND.empty_table(), ITEMS.empty_table(), AS_OF)
    assert (len(empty), empty.schema) == (0, BACKTEST)
    assert (len(summarise(empty)), summarise(empty).schema) == (0, SUMMARY)
    assert sentences(summarise(empty)) == []
    with pytest.raises(ValueError, match="lacks the columns pack_size"):
        policy_backtest(
            LEVELS.empty_table().drop_columns(["pack_size"]), DEMAND.empty_table(), ITEMS.empty_table(), AS_OF
        )


def test_the_summary_adds_up_classes_and_compares_the_stock_with_the_naive_rules():
    given_levels = table(
        LEVELS, levels("tea", 45), levels("mug", 39), levels("cup", 42, service_level=Decimal("0.9"))
    )
    demand = table(DEMAND, *(sales(name, [3] * 200) for name in ("tea", "mug", "cup")))
    items = table(
        ITEMS, [item("tea"), item("mug"), item("cup", abc_class="B", currency="EUR", unit_cost=None)]
    )
    summary = summarise(policy_backtest(given_levels, demand, items, AS_OF))
    rows = {(row["currency"], row["abc_class"], row["rule"]): row for row in summary.to_pylist()}
    assert {key[:2] for key in rows} == {("EUR", "B"), ("EUR", "all"), ("GBP", "A"), ("GBP", "all")}
    ours, naive = rows["GBP", "all", "recommendation"], rows["GBP", "all", "naive"]
    # tea closes three higher than at 42; mug at 18, 15, ..., 0 one week and 15, 12, ..., 0, 0 the other
    assert (ours["items"], ours["service_reached"]) == (2, 0.75)
    assert ours["service_level"] == pytest.approx(0.95)
    assert naive["service_reached"] == 1
    assert ours["average_stock"] == Decimal(12) + Decimal("7.7143")
    assert ours["stock_against_naive"] == pytest.approx(19.7143 / 18 - 1, abs=1e-4)
    assert naive["stock_against_naive"] is None
    assert rows["EUR", "B", "recommendation"]["stock_against_naive"] == 0
    assert sentences(summary) == [
        "Following the list (EUR) reached a service of 100.0% (90.0% aimed at) with as much stock as "
        "the naive rule, which reached 100.0%.",
        "Following the list (GBP) reached a service of 75.0% (95.0% aimed at) with 10% more stock than "
        "the naive rule, which reached 100.0%.",
    ]


def test_the_right_level_reaches_its_target_over_a_year_of_simulated_demand():
    """Levels by the true distribution: what is missed then would be the replay's own fault."""
    simulated = generate_demand(3, items=40, first_day=AS_OF - timedelta(days=440), days=440)
    poisson = np.random.default_rng(9).poisson(5, simulated.units.shape)
    level, names = stats.poisson.ppf(0.95, 5 * 9), [each.sku for each in simulated.items]
    held = {"lead_time_days": Decimal(2), "protection_days": 9}
    found = policy_backtest(
        table(LEVELS, *(levels(name, level, weeks=60, **held) for name in names)),
        table(DEMAND, *(sales(name, poisson[:, number].tolist()) for number, name in enumerate(names))),
        table(ITEMS, [item(name) for name in names]),
        AS_OF,
        days=364,
    )
    ours, naive = summarise(found).to_pylist()[:2]
    assert ours["service_reached"] == pytest.approx(stats.poisson.cdf(level, 5 * 9), abs=0.015)
    # its spread of 28 days is often too small, and never too large by as much
    assert naive["service_reached"] < ours["service_reached"]
