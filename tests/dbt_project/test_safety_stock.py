"""The safety stock of every kind of target: the models' own SQL on hand-made forecasts and settings."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, optimize, stats

from tests.dbt_project.safety_stock_rows import LEVELS, Models, Row, exactly, forecast, normal, rules
from tests.dbt_project.warehouse import Warehouse


@pytest.fixture(scope="module")
def models(warehouse: Warehouse) -> Models:
    return Models.compiled(warehouse)


def test_periodic_review_has_its_published_level(models: Models) -> None:
    found = models.one(rules(lead_time=3, review=7), normal(20, 6 * np.sqrt(10), 10))
    assert (found["safety_stock"], found["order_up_to"]) == (Decimal("31.2089"), Decimal("231.2089"))


def test_the_safety_stock_of_a_steady_lead_time_has_its_published_value(models: Models) -> None:
    found = models.one(rules(lead_time=8, review=1), normal(0, 40 * np.sqrt(9), 9))
    assert found["safety_stock"] == Decimal("197.3824")


def test_the_reorder_point_of_a_lead_time_that_varies_has_its_published_value(models: Models) -> None:
    rule = rules(lead_time=9, review=3, lead_time_sd_days=2)
    found = models.one(rule, normal(100, 20 * np.sqrt(12), 12))
    assert found["lead_time_demand_sd"] == pytest.approx(208.806130, abs=1e-6)
    assert found["reorder_point"] == Decimal("1243.4555")


@pytest.mark.parametrize(
    ("quantity", "deviation", "safety_stock"), [(300, 60, "75.3349"), (1000, 50, "24.6444")]
)
def test_a_fill_rate_has_its_published_safety_stock(
    models: Models, quantity: int, deviation: int, safety_stock: str
) -> None:
    expected = normal(40, deviation, 10)
    for rule in (
        rules(kind="fill_rate", level=0.99, minimum_order=quantity),
        rules(kind="fill_rate", level=0.99, pack_size=quantity),
    ):
        assert models.one(rule, expected)["safety_stock"] == Decimal(safety_stock)
    demanded = models.one(rules(kind="fill_rate", level=0.99), normal(quantity / 7, deviation, 10))
    assert demanded["safety_stock"] == Decimal(safety_stock)


@pytest.mark.parametrize("target", [0.9, 0.95, 0.98])
@pytest.mark.parametrize(("mean", "variance"), [(2, 6), (6, 60), (20, 400), (100, 900)])
def test_a_fill_rate_is_reached_on_lumpy_demand(
    models: Models, mean: float, variance: float, target: float
) -> None:
    successes = mean**2 / (variance - mean)
    demand = stats.nbinom(successes, successes / (successes + mean))
    quantiles = {name: float(demand.ppf(level)) for name, level in LEVELS.items()}
    found = models.one(
        rules(kind="fill_rate", level=target, lead_time=5, review=5, pack_size=0.1),
        forecast(mean / 10, np.sqrt(variance), 10, quantiles),
    )
    units = np.arange(demand.ppf(1 - 1e-9))
    short = (demand.pmf(units) * np.maximum(0, units - float(found["order_up_to"]))).sum()
    assert 1 - short / (mean / 2) == pytest.approx(target, abs=0.015)


def test_the_newsvendor_has_its_published_level(models: Models) -> None:
    # 0.70 gained, 0.18 lost; in the model the ratio is a decimal of four places
    rule = rules(kind="newsvendor", level=0.70 / 0.88, lead_time=0, review=1)
    found = models.one(rule, normal(50, 8, 1))
    assert float(found["order_up_to"]) == pytest.approx(56.603956, abs=2e-3)


def test_the_normal_quantile_of_spread_demand_has_its_published_value(models: Models) -> None:
    found = models.one(rules(lead_time=0, review=1), normal(6, np.sqrt(15), 1))
    assert float(found["demand_quantile"]) == pytest.approx(12.3705, abs=5e-5)


@st.composite
def forecasts(draw: st.DrawFn) -> Row:
    """Forecasts of any shape: nothing, lumps with the median at 0, steps without spread."""
    days = draw(st.integers(1, 90))
    daily = draw(st.one_of(st.just(0.0), st.floats(1e-4, 1e4)))
    mean = daily * days
    first = draw(st.floats(0, 2)) * mean * draw(st.sampled_from([0.0, 0.5, 1.0]))
    steps = draw(st.lists(st.one_of(st.just(0.0), st.floats(0, 3)), min_size=5, max_size=5))
    unit = mean or 1.0
    quantiles = first + unit * np.cumsum([0.0, *steps])
    deviation = unit * draw(st.one_of(st.just(0.0), st.floats(0.05, 3)))
    return forecast(daily, deviation, days, dict(zip(LEVELS, quantiles.tolist(), strict=True)))


@st.composite
def rules_for(draw: st.DrawFn, expected: Row, kinds: tuple[str, ...]) -> Row:
    """Settings whose protection interval is that of a forecast."""
    days = expected["protection_days"]
    review = draw(st.integers(1, days))
    wait = draw(st.integers(0, min(6, days - review)))
    kind = draw(st.sampled_from(kinds))
    lowest = 0.01 if kind == "newsvendor" else 0.5
    found = rules(
        kind=kind,
        level=draw(st.floats(lowest, 0.999)),
        lead_time=days - review - wait,
        review=review,
        order_wait_days=wait,
        lead_time_sd_days=draw(st.one_of(st.just(0), st.floats(0, 30))),
        pack_size=draw(st.sampled_from([0.001, 1, 12, 144])),
        minimum_order=draw(st.sampled_from([0, 5, 1000])),
    )
    assert found["protection_days"] == days
    return found


KINDS = ("cycle_service", "fill_rate", "newsvendor")
CASE = forecasts().flatmap(lambda expected: st.tuples(rules_for(expected, KINDS), st.just(expected)))


GRID = np.linspace(0, 12, 24_001)
DENSITY = stats.norm.pdf(GRID)


def fill_rate_target(rule: Row, expected: Row, fixed: float, spread: float) -> float:
    """The stock that leaves the allowed share of a cycle's order unserved, by integrating over demand."""
    daily, mean = expected["forecast_daily"], expected["demand_mean"]
    quantity = max(daily * rule["review_period_days"], float(rule["pack_size"]), float(rule["minimum_order"]))
    allowed = quantity * (1 - float(rule["service_level"]))
    scores = stats.norm.ppf(list(LEVELS.values()))
    totals = np.array([expected[name] for name in LEVELS]) if fixed else mean + spread * scores
    demand = np.interp(GRID, scores, totals)
    beyond = scores[-1] < GRID
    slope = (totals[-1] - totals[-2]) / (scores[-1] - scores[-2])
    demand[beyond] = totals[-1] + slope * (GRID[beyond] - scores[-1])
    demand = np.maximum(0, mean + (demand - mean) * (spread / fixed if fixed else 1))

    def excess(stock: float) -> float:
        return integrate.trapezoid(np.maximum(0, demand - stock) * DENSITY, GRID) - allowed

    if excess(demand[0]) <= 0 or demand[-1] == demand[0]:
        return demand[0]
    return optimize.brentq(excess, demand[0], demand[-1]) if excess(demand[-1]) < 0 else demand[-1]


def redone(rule: Row, expected: Row) -> dict[str, float]:
    """The levels of one item, in plain Python."""
    daily, mean, fixed = (expected[name] for name in ("forecast_daily", "demand_mean", "fixed_interval_sd"))
    level, lead_time_sd = float(rule["service_level"]), float(rule["lead_time_sd_days"])
    moved = daily * lead_time_sd
    spread = np.hypot(fixed, moved)
    arrival = rule["order_wait_days"] + float(rule["lead_time_days"])
    score = stats.norm.ppf(level)
    if rule["service_kind"] == "fill_rate":
        above = fill_rate_target(rule, expected, fixed, spread) - mean
    elif fixed:
        scores = stats.norm.ppf(list(LEVELS.values()))
        totals = [expected[name] for name in LEVELS]
        if score > scores[-1]:
            slope = (totals[-1] - totals[-2]) / (scores[-1] - scores[-2])
            quantile = totals[-1] + slope * (score - scores[-1])
        else:
            quantile = np.interp(score, scores, totals)
        above = (quantile - mean) * spread / fixed
    else:
        above = score * spread
    buffer, allowance = max(0.0, above), 0.0
    if rule["service_kind"] == "cycle_service" and spread:
        lot = max(float(rule["pack_size"]), float(rule["minimum_order"]) - daily * rule["review_period_days"])
        leftover = (lot + expected["is_counted"]) / 2 - above * (np.sqrt(1 + lot**2 / (12 * spread**2)) - 1)
        allowance = max(0.0, min(mean, leftover))
    top = max(0.0, mean + above) if rule["service_kind"] == "newsvendor" else mean + buffer - allowance
    spread_until_arrival = np.sqrt(fixed**2 * arrival / expected["protection_days"] + moved**2)
    share = spread_until_arrival / spread if spread else 0.0
    return {
        "safety_stock": buffer,
        "pack_allowance": allowance,
        "order_up_to": top,
        "reorder_point": min(top, daily * arrival + buffer * share),
    }


@given(st.lists(CASE, min_size=1, max_size=60))
@settings(deadline=None, max_examples=15)
def test_levels_follow_from_forecast_and_settings(models: Models, cases: list[tuple[Row, Row]]) -> None:
    found = models(cases)["safety_stock_history"]
    assert len(found) == len(cases)
    for case, row in zip(cases, found, strict=True):
        integrated = 1e-4 * row["demand_mean"] if row["service_kind"] == "fill_rate" else 0.0
        for name, expected in redone(*case).items():
            assert float(row[name]) == pytest.approx(expected, rel=1e-6, abs=2e-4 + integrated), name
        assert row["order_up_to"] >= max(row["reorder_point"], row["safety_stock"])
        assert min(row["reorder_point"], row["safety_stock"]) >= 0
        figures = [each for each in row.values() if isinstance(each, float)]
        assert np.isfinite(figures).all() and min(figures) >= 0


@given(st.lists(st.tuples(CASE, st.floats(0, 1)), min_size=1, max_size=60))
@settings(deadline=None, max_examples=15)
def test_a_higher_service_level_never_lowers_a_level(
    models: Models, cases: list[tuple[tuple[Row, Row], float]]
) -> None:
    pairs: list[tuple[Row, Row | None]] = []
    for (rule, expected), share in cases:
        level = float(rule["service_level"])
        higher = {**rule, "service_level": exactly(level + share * (0.999 - level))}
        pairs += [(rule, expected), (higher, expected)]
    found = models(pairs)["safety_stock_history"]
    for lower, higher in zip(found[::2], found[1::2], strict=True):
        for name in ("safety_stock", "reorder_point", "order_up_to"):
            assert higher[name] >= lower[name], name


@pytest.mark.parametrize("target", [0.8, 0.9, 0.95, 0.99])
@pytest.mark.parametrize("pack", [1, 12, 48])
def test_orders_of_whole_packs_cover_demand_as_often_as_asked(
    models: Models, pack: int, target: float
) -> None:
    found = models.one(rules(level=target, pack_size=pack), normal(20, 24, 10))
    left_over = np.linspace(0, pack, 2001)
    covered = stats.norm.cdf((float(found["order_up_to"]) + left_over - 200) / 24).mean()
    assert covered == pytest.approx(target, abs=0.006)
    assert found["safety_stock"] == models.one(rules(level=target), normal(20, 24, 10))["safety_stock"]


def test_of_goods_that_are_counted_a_part_of_a_unit_serves_nobody(models: Models) -> None:
    weighed = normal(20, 24, 10)
    counted = {**weighed, "is_counted": True}
    levels = [models.one(rules(pack_size=1), each)["order_up_to"] for each in (weighed, counted)]
    assert levels[0] - levels[1] == Decimal("0.5")


def test_a_smallest_order_leaves_over_what_is_not_sold_until_the_next_one(models: Models) -> None:
    rare, often = (
        models.one(rules(minimum_order=48), normal(daily, 6, 10))["pack_allowance"] for daily in (2, 20)
    )
    # of 48, 14 are sold in a week: half of 34, less 9.87 x (sqrt(1 + 34^2 / (12 x 6^2)) - 1)
    assert float(rare) == pytest.approx(7.947, abs=1e-2) and often < Decimal("0.001")


def test_a_newsvendor_above_the_median_holds_what_a_cycle_service_of_its_ratio_holds(models: Models) -> None:
    lumpy = forecast(0.3, 2.0, 10, {"q50": 0, "q80": 4, "q90": 7, "q95": 11, "q98": 15, "q99": 20})
    cases = [(rules(kind=kind, level=0.93), lumpy) for kind in ("cycle_service", "newsvendor")]
    cycle, vendor = models(cases)["safety_stock_history"]
    assert cycle["order_up_to"] == vendor["order_up_to"] > 7


def test_a_newsvendor_of_a_low_ratio_holds_less_than_the_mean_and_a_cycle_service_does_not(models) -> None:
    lumpy = forecast(0.3, 2.0, 10, {"q50": 0, "q80": 4, "q90": 7, "q95": 11, "q98": 15, "q99": 20})
    cases = [(rules(kind=kind, level=0.5), lumpy) for kind in ("cycle_service", "newsvendor")]
    cycle, vendor = models(cases)["safety_stock_history"]
    assert (float(cycle["order_up_to"]), cycle["safety_stock"]) == (pytest.approx(3, abs=1e-3), 0)
    assert (vendor["order_up_to"], vendor["safety_stock"], vendor["reorder_point"]) == (0, 0, 0)


def test_the_present_rows_are_those_of_the_history_at_origin_0(models: Models) -> None:
    expected = normal(20, 6, 10)
    earlier = {**normal(10, 6, 10), "origin_weeks_ago": 1}
    found = models([(rules(), expected), (rules(level=0.9), earlier), (rules(), None)])
    assert [row["origin_weeks_ago"] for row in found["safety_stock_history"]].count(1) == 1
    present = {row["item_key"]: row for row in found["safety_stock_history"] if row["origin_weeks_ago"] == 0}
    assert {row["item_key"]: row["order_up_to"] for row in found["safety_stock"]} == {
        key: row["order_up_to"] for key, row in present.items()
    }


def test_an_item_without_forecast_needs_nothing_held(models: Models) -> None:
    found = models.one(rules(kind="fill_rate"), None)
    names = ("demand_mean", "safety_stock", "classical_safety_stock", "reorder_point", "order_up_to")
    assert [found[name] for name in names] == [0] * 5
    assert found["lead_time_q99"] == 0


def test_the_wait_for_the_order_day_is_a_part_of_the_time_until_arrival(models: Models) -> None:
    found = models.one(rules(order_wait_days=2, lead_time=3, review=4), normal(20, 9, 9))
    assert found["lead_time_demand_mean"] == 100
    assert found["lead_time_demand_sd"] == pytest.approx(9 * np.sqrt(5 / 9))


def test_the_distribution_until_arrival_is_that_of_the_interval_drawn_in(models: Models) -> None:
    lumpy = forecast(2.0, 5.0, 10, {"q50": 18, "q80": 22, "q90": 27, "q95": 30, "q98": 36, "q99": 40})
    found = models.one(rules(lead_time=3, lead_time_sd_days=1.5), lumpy)
    deviation = np.sqrt(25 * 3 / 10 + 9)
    for name in LEVELS:
        drawn_in = max(0.0, 6 + (lumpy[name] - 20) / 5 * deviation)
        assert found[f"lead_time_{name}"] == pytest.approx(drawn_in)


def test_the_classical_safety_stock_stands_beside_it(models: Models) -> None:
    chance = np.random.default_rng(3)
    sold = chance.poisson(4, 91)
    demand = [
        {
            "location_key": "shop",
            "item_key": key,
            "is_observable": True,
            "days_ago": day + 1,
            "demand": Decimal(int(units)),
        }
        for key in ("000000", "000001")
        for day, units in enumerate(sold)
    ]
    demand += [{**demand[0], "days_ago": 92, "demand": Decimal(500)}]
    demand += [{**demand[0], "is_observable": False, "demand": Decimal(500)}]
    fill = rules(kind="fill_rate", level=0.98, lead_time_sd_days=2)
    cases = [(rules(lead_time_sd_days=2), normal(4, 9, 10)), (fill, normal(4, 9, 10))]
    cycle, filled = models(cases, demand)["safety_stock"]
    deviation = np.sqrt(10 * np.var(sold, ddof=1) + (4 * 2) ** 2)
    assert float(cycle["classical_safety_stock"]) == pytest.approx(stats.norm.ppf(0.95) * deviation, abs=1e-4)
    allowed = 28 * 0.02 / deviation
    score = optimize.brentq(lambda k: stats.norm.pdf(k) - k * stats.norm.sf(k) - allowed, 0, 8)
    assert float(filled["classical_safety_stock"]) == pytest.approx(score * deviation, abs=1e-4)
