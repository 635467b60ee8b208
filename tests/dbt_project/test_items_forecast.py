"""The forecast and the safety stock, redone step by step in plain Python from the daily demand."""

import math
import random
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from statistics import NormalDist

import numpy as np
import pytest

from tests.dbt_project.forecast_by_hand import LEVELS, QUANTILES, Forecast, Key
from tests.dbt_project.items_rows import AS_OF, Shop, build, by_key, days_ago
from tests.dbt_project.warehouse import Warehouse

SERVICE_LEVELS = {"item00": "0.3", "item01": "0.5", "item02": "0.9", "item03": "0.97", "item04": "0.999"}
ITEMS, DAYS = 15, 230


def shops() -> Shop:
    """A store with many irregular items, one with a strict week, and one with hardly any sales."""
    shop, chance = Shop(), random.Random(7)
    for location in ("busy", "yearly", "weekly", "young"):
        shop.location(location)
    for number in range(ITEMS):
        name = f"item{number:02}"
        shop.item(name, category=f"category {number % 3}")
        rate, size = chance.choice([0.1, 0.4, 0.9]), chance.choice([1, 3, 10])
        for day in range(1, DAYS):
            if days_ago(day).weekday() != 6 and chance.random() < rate:
                shop.line("busy", name, days_ago(day), chance.randint(1, size))
    for name, level in SERVICE_LEVELS.items():
        shop.setting("item", f"c:{name}", service_level=Decimal(level))
    shop.setting("item", "c:item05", lead_time_days=Decimal("2.5"), lead_time_sd_days=Decimal(2))
    shop.setting("item", "c:item06", lead_time_days=Decimal(0), review_period_days=1)
    for day in range(1, DAYS):
        if days_ago(day).weekday() != 6:
            shop.open_day("busy", days_ago(day))
    for number in range(4):
        name = f"sun{number}"
        shop.item(name, category="ice" if number < 3 else "oil")
        for day in range(2, 520, 3):
            swing = 1.8 if (day % 364) < 120 else 0.6
            shop.line("yearly", name, days_ago(day), max(1, round(chance.randint(2, 9) * swing)))
    for day in range(1, 520):
        shop.open_day("yearly", days_ago(day))
    shop.item("bread", category="bakery")
    for day in range(1, 141):
        if days_ago(day).weekday() < 5:
            shop.open_day("weekly", days_ago(day))
            shop.line("weekly", "bread", days_ago(day), 10 if days_ago(day).weekday() else 30)
    for name, sold in (("once", [3]), ("fresh", [1, 2, 3, 4, 5]), ("rare", [9, 40, 69])):
        shop.item(name, category="alone" if name == "once" else None)
        for day in sold:
            shop.line("young", name, days_ago(day), 2)
    shop.item("fresh", item_id="c:fresh2", item_key="c:fresh2", category="category 0")
    for day in (1, 2, 4):
        shop.line("busy", "fresh2", days_ago(day), 6)
    for day in range(1, 71):
        shop.open_day("young", days_ago(day))
    return shop


@pytest.fixture(scope="module")
def built(warehouse: Warehouse) -> Warehouse:
    return build(warehouse, shops())


def rows(built: Warehouse, model: str) -> dict:
    return by_key(built.query(f"select * from marts.{model}"))


@pytest.fixture(scope="module")
def by_hand(built: Warehouse) -> Forecast:
    categories = built.query("select item_key, category from marts.item_attributes")
    return Forecast(
        AS_OF,
        built.query("select * from marts.item_daily_demand"),
        built.query("select * from marts.item_daily_sales"),
        built.query("select * from marts.replenishment_settings"),
        {row["item_key"]: row["category"] for row in categories},
    )


def origins(built: Warehouse, model: str) -> Iterator[tuple[Key, int, dict]]:
    """Rows of a model with their item and origin."""
    for row in built.query(f"select * from marts.{model}"):
        yield (row["location_key"], row["item_key"]), row["origin_weeks_ago"], row


def test_weekdays_of_an_item_are_drawn_to_those_of_its_category_and_these_to_all(built, by_hand):
    checked = 0
    for key, origin, row in origins(built, "forecast_weekday_index"):
        index = by_hand.index(key[0], origin)[key, row["weekday"]]
        assert row["weekday_index"] == pytest.approx(index, rel=1e-9)
        share = by_hand.open_share(key[0], origin, row["weekday"])
        assert row["day_factor"] == pytest.approx(index * share, rel=1e-9)
        checked += 1
    assert checked > ITEMS * 28 * 7


def test_levels_weigh_the_days_before_each_origin_by_their_age(built, by_hand):
    for key, origin, row in origins(built, "forecast_level"):
        for name in LEVELS:
            assert row[name] == pytest.approx(by_hand.level(key, origin, name), rel=1e-9, abs=1e-12)
        assert row["is_new"] == by_hand.is_new(key, origin)


def test_days_deviate_from_what_was_expected_of_them_the_week_before(built, by_hand):
    for key, origin, row in origins(built, "forecast_deviation"):
        assert row["mean_absolute_deviation"] == pytest.approx(by_hand.deviation(key, origin), rel=1e-9)


def test_classes_are_those_of_the_turnover_before_each_origin(built, by_hand):
    for key, origin, row in origins(built, "forecast_class"):
        assert row["abc_class"] == by_hand.abc(key[0], origin)[key]


def test_the_season_is_that_of_the_year_before(built, by_hand):
    found = {(key, origin): row["season_ratio"] for key, origin, row in origins(built, "forecast_season")}
    for (key, origin), ratio in found.items():
        assert ratio == pytest.approx(by_hand.season(key, origin), rel=1e-9)
    assert {ratio for (key, _), ratio in found.items() if key[0] == "c:busy"} == {1.0}
    seasons = [ratio for (key, _), ratio in found.items() if key[0] == "c:yearly"]
    assert min(seasons) < 0.8 and max(seasons) > 1.25


def test_the_backtest_tells_what_came_after_each_origin(built, by_hand):
    found = defaultdict(dict)
    for key, origin, row in origins(built, "forecast_backtest"):
        found[key][origin, row["span"]] = (row["known_weeks_ago"], row["comparable_days"], row["actual"])
    for key in by_hand.days:
        expected = {
            (span.origin, span.number): (span.known, span.comparable, pytest.approx(span.actual))
            for span in by_hand.spans(key)
        }
        assert found[key] == expected
    assert {origin for origin, _ in found["c:busy", "c:item00"]} == set(range(2, 2 + 27))
    assert {span for _, span in found["c:busy", "c:item06"]} == set(range(7))  # an interval of one day


def test_levels_are_weighed_by_their_errors_in_the_backtest(built, by_hand):
    for key, origin, row in origins(built, "forecast_contest"):
        level, scores = by_hand.chosen(origin)[key]
        assert row["level"] == pytest.approx(level, rel=1e-9)
        assert scores[row["best_candidate"]] == pytest.approx(min(scores.values()), abs=2e-6)


def test_the_law_of_spreads_is_fitted_to_all_items(built, by_hand):
    fitted = 0
    for row in built.query("select * from marts.forecast_spread_law"):
        expected = by_hand.law(row["origin_weeks_ago"])
        found = (row["intercept"], row["mean_slope"], row["deviation_slope"])
        assert found == pytest.approx(expected, rel=1e-6, abs=1e-9)
        fitted += row["is_fitted"]
    assert fitted > 15


def test_quantiles_are_those_of_what_was_missed_by_items_of_its_class_and_size(built, by_hand):
    for key, origin, row in origins(built, "forecast_history"):
        if origin < 3:
            for name, expected in by_hand.total(key, origin).items():
                assert row[name] == pytest.approx(expected, rel=1e-6, abs=1e-9), (key, origin, name)


def test_the_forecast_is_that_of_the_last_origin(built):
    history = {key: row for key, origin, row in origins(built, "forecast_history") if origin == 0}
    for row in built.query("select * from marts.demand_forecast"):
        past = history[row["location_key"], row["item_key"]]
        assert (row["demand_mean"], row["method"]) == (past["demand_mean"], past["method"])
        if row["demand_sd"] == row["fixed_interval_sd"]:
            assert [row[name] for name in QUANTILES] == [past[name] for name in QUANTILES]


def test_a_strict_week_is_forecast_as_it_is(built):
    bread = rows(built, "demand_forecast")["weekly", "bread"]
    assert bread["demand_mean"] == pytest.approx(
        140, rel=0.06
    )  # two weeks of 30 + 4 x 10; closed at weekends


def test_items_with_few_sales_have_a_forecast_that_says_by_which_rule(built):
    forecasts = rows(built, "demand_forecast")
    assert forecasts["young", "once"]["method"] == "new_item"
    assert forecasts["young", "fresh"]["method"] == "new_item_category_profile"
    assert forecasts["young", "rare"]["method"].startswith("level_")
    assert forecasts["busy", "fresh2"]["method"] == "new_item_category_profile"


def test_a_lead_time_that_varies_widens_the_distribution(built):
    item = rows(built, "demand_forecast")["busy", "item05"]
    variance = item["fixed_interval_sd"] ** 2 + (item["forecast_daily"] * 2) ** 2
    assert item["demand_sd"] == pytest.approx(math.sqrt(variance))


def test_safety_stock_is_the_quantile_at_the_service_level_less_the_mean(built):
    forecasts, stocks = rows(built, "demand_forecast"), rows(built, "safety_stock")
    scores = [NormalDist().inv_cdf(share) for share in QUANTILES.values()]
    for key, stock in stocks.items():
        forecast, score = forecasts[key], NormalDist().inv_cdf(float(stock["service_level"]))
        totals = [forecast[name] for name in QUANTILES]
        if score > scores[-1]:
            slope = (totals[-1] - totals[-2]) / (scores[-1] - scores[-2])
            quantile = totals[-1] + slope * (score - scores[-1])
        else:
            quantile = np.interp(score, scores, totals)
        assert stock["demand_quantile"] == pytest.approx(quantile, rel=1e-6, abs=1e-9)
        buffer = max(0, quantile - forecast["demand_mean"])
        assert float(stock["safety_stock"]) == pytest.approx(buffer, rel=1e-6, abs=1e-4)
        kept = float(stock["order_up_to"]) + float(stock["pack_allowance"])
        assert kept == pytest.approx(forecast["demand_mean"] + buffer, rel=1e-6, abs=2e-4)
        lead_time, spread = float(stock["lead_time_days"]), float(stock["lead_time_sd_days"])
        variance = forecast["fixed_interval_sd"] ** 2 * lead_time / forecast["protection_days"]
        deviation = math.sqrt(variance + (forecast["forecast_daily"] * spread) ** 2)
        reorder = forecast["forecast_daily"] * lead_time + buffer * deviation / forecast["demand_sd"]
        reorder = min(reorder, float(stock["order_up_to"]))
        assert float(stock["reorder_point"]) == pytest.approx(reorder, rel=1e-6, abs=1e-4)
