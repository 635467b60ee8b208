"""The forecast and the safety stock, redone step by step in plain Python from the daily demand."""

import math
import random
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from statistics import NormalDist

import numpy as np
import pytest

from tests.dbt_project.items_rows import AS_OF, Shop, build, by_key, days_ago
from tests.dbt_project.warehouse import Warehouse

QUANTILES = {"q50": 0.50, "q80": 0.80, "q90": 0.90, "q95": 0.95, "q98": 0.98, "q99": 0.99}
SERVICE_LEVELS = {"item00": "0.3", "item01": "0.5", "item02": "0.9", "item03": "0.97", "item04": "0.999"}
HALF_LIFE, ORIGINS, DAYS = 28, 26, 300
Key = tuple[str, str]


def shops() -> Shop:
    """A store with many irregular items, one with a strict week, and one with hardly any sales."""
    shop, chance = Shop(), random.Random(7)
    for location in ("busy", "weekly", "young"):
        shop.location(location)
    for number in range(24):
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
def demand(built: Warehouse) -> dict[Key, dict[int, dict]]:
    days: dict[Key, dict[int, dict]] = defaultdict(dict)
    for day in built.query("select * from marts.item_daily_demand"):
        days[day["location_key"][2:], day["item_key"][2:]][(AS_OF - day["business_date"]).days] = day
    return days


@pytest.fixture(scope="module")
def factors(built: Warehouse) -> dict[Key, dict[int, dict]]:
    indexes: dict[Key, dict[int, dict]] = defaultdict(dict)
    for index in built.query("select * from marts.forecast_weekday_index"):
        indexes[index["location_key"][2:], index["item_key"][2:]][index["weekday"]] = index
    return indexes


def level_before(days: dict[int, dict], indexes: dict[int, dict], weeks: int) -> float:
    """Weighted demand over weighted index, on observable days before the origin."""
    seen = [(ago, day) for ago, day in days.items() if ago > 7 * weeks and day["is_observable"]]
    weight = {ago: 0.5 ** ((ago - 7 * weeks) / HALF_LIFE) for ago, _ in seen}
    total = sum(weight[ago] * float(day["demand"]) for ago, day in seen)
    index = sum(
        weight[ago] * indexes[day["business_date"].isoweekday()]["weekday_index"] for ago, day in seen
    )
    return total / index


def expected_total(level: float, indexes: dict[int, dict], first_ago: int, days: int) -> float:
    dates = [days_ago(first_ago) + timedelta(days=each) for each in range(days)]
    return level * sum(indexes[day.isoweekday()]["day_factor"] for day in dates)


def test_weekdays_of_an_item_are_drawn_to_those_of_its_category_and_these_to_all(demand, factors):
    def sums(keys):
        sold, days, sale_days = defaultdict(float), defaultdict(int), 0
        for key in keys:
            for day in demand[key].values():
                if day["is_observable"]:
                    sold[day["weekday"]] += float(day["demand"])
                    days[day["weekday"]] += 1
                    sale_days += day["demand"] > 0
        return sold, days, sale_days

    def raw(keys, weekday):
        units = sum(sums([key])[0][weekday] for key in keys)
        expected = 0.0
        for key in keys:
            sold, days, _ = sums([key])
            expected += days[weekday] * np.mean(
                [sold[each] / days[each] for each in range(1, 8) if days[each]]
            )
        return units / expected

    busy = [key for key in demand if key[0] == "busy"]
    category = [key for key in busy if key[1].startswith("item") and int(key[1][4:]) % 3 == 1]
    item = ("busy", "item01")
    for weekday in (1, 2, 6):
        everything = raw(busy, weekday)
        evidence = sums(category)[2]
        middle = (evidence * raw(category, weekday) + 200 * everything) / (evidence + 200)
        own = sums([item])[2]
        index = (own * raw([item], weekday) + 60 * middle) / (own + 60)
        assert factors[item][weekday]["weekday_index"] == pytest.approx(index)
    assert (factors[item][7]["open_share"], factors[item][7]["day_factor"]) == (0, 0)


def test_levels_are_exponentially_weighted_over_the_days_before_each_origin(built, demand, factors):
    checked = 0
    for row in built.query("select * from marts.forecast_level where location_key in ('c:busy', 'c:weekly')"):
        key = row["location_key"][2:], row["item_key"][2:]
        if row["observable_days"]:
            own = level_before(demand[key], factors[key], row["origin_weeks_ago"])
            assert row["own_level"] == pytest.approx(own, rel=1e-9)
            checked += 1
    assert checked > 24 * 20


def test_the_backtest_compares_what_was_expected_with_what_came(built, demand, factors):
    settings = rows(built, "replenishment_settings")
    found = built.query("select * from marts.forecast_backtest where location_key = 'c:busy'")
    levels = {
        (row["item_key"], row["origin_weeks_ago"]): row["level"]
        for row in built.query("select * from marts.forecast_level where location_key = 'c:busy'")
    }
    origins = defaultdict(set)
    for row in found:
        key, weeks = ("busy", row["item_key"][2:]), row["origin_weeks_ago"]
        length = settings[key]["protection_days"]
        span = range(7 * weeks - length + 1, 7 * weeks + 1)
        assert row["actual"] == pytest.approx(sum(float(demand[key][ago]["demand"]) for ago in span))
        level = levels[row["item_key"], weeks]
        assert row["expected"] == pytest.approx(expected_total(level, factors[key], 7 * weeks, length))
        origins[key].add(weeks)
    assert origins["busy", "item00"] == set(
        range(2, 2 + ORIGINS)
    )  # 14 days: no origin knows less than its end
    assert origins["busy", "item06"] == set(range(1, 1 + ORIGINS))  # 1 day


def test_spreads_and_quantiles_are_those_of_the_pooled_residuals(built):
    residuals = defaultdict(list)
    for row in built.query("select * from marts.forecast_backtest"):
        residuals[row["location_key"][2:], row["item_key"][2:]].append(row)
    usable = {
        key: (
            math.log(np.mean([row["expected"] for row in each])),
            0.5 * math.log(np.mean([row["residual"] ** 2 for row in each])),
        )
        for key, each in residuals.items()
        if len(each) >= 4 and any(row["residual"] for row in each) and any(row["expected"] for row in each)
    }
    slope, intercept = np.polyfit(*np.array(list(usable.values())).T, 1)
    forecasts, classes, pooled = rows(built, "demand_forecast"), defaultdict(list), []
    for key, forecast in forecasts.items():
        law = math.exp(intercept + slope * math.log(forecast["demand_mean"]))
        weight = [0.5 ** (row["origin_weeks_ago"] / 6) for row in residuals[key]]
        squares = [row["residual"] ** 2 for row in residuals[key]]
        error = np.average(squares, weights=weight) if weight else 0
        overlap = min(1, 7 / forecast["protection_days"])
        own = sum(weight) ** 2 / sum(each**2 for each in weight) * overlap if weight else 0
        spread = math.sqrt((own * error + 8 * law**2) / (own + 8))
        assert forecast["fixed_interval_sd"] == pytest.approx(spread, rel=1e-6)
        standard = [row["residual"] / spread for row in residuals[key]]
        classes[forecast["demand_class"]] += standard
        pooled += standard
    for forecast in forecasts.values():
        own_class = classes[forecast["demand_class"]]
        source = own_class if len(own_class) >= 300 else pooled
        assert forecast["quantile_source"] == ("class" if source is own_class else "all")
        for name, share in QUANTILES.items():
            total = forecast["demand_mean"] + np.quantile(source, share) * forecast["demand_sd"]
            assert forecast[name] == pytest.approx(max(0, total), rel=1e-6, abs=1e-9)


def test_the_mean_is_the_level_on_the_weekdays_to_come(built, demand, factors):
    for key, forecast in rows(built, "demand_forecast").items():
        total = expected_total(forecast["level"], factors[key], 0, forecast["protection_days"])
        assert forecast["demand_mean"] == pytest.approx(total, rel=1e-9)


def test_a_strict_week_is_forecast_as_it_is(built):
    bread = rows(built, "demand_forecast")["weekly", "bread"]
    assert bread["method"] == "level_weekday"
    assert bread["demand_mean"] == pytest.approx(
        140, rel=0.06
    )  # two weeks of 30 + 4 x 10; closed at weekends


def test_items_with_few_sales_have_a_forecast_that_says_by_which_rule(built):
    forecasts = rows(built, "demand_forecast")
    assert forecasts["young", "once"]["method"] == "new_item"
    assert forecasts["young", "fresh"]["method"] == "new_item_category_profile"
    assert forecasts["young", "rare"]["method"] == "intermittent"
    assert forecasts["busy", "fresh2"]["method"] == "new_item_category_profile"


def test_a_new_item_is_drawn_to_the_level_of_its_category(built):
    levels = built.query("select * from marts.forecast_level where origin_weeks_ago = 0")
    known = [
        row["own_level"]
        for row in levels
        if row["item_key"][2:] in {f"item{number:02}" for number in range(0, 24, 3)}
    ]
    (new,) = [row for row in levels if row["item_key"] == "c:fresh2"]
    own_days = new["observable_days"]
    drawn = (own_days * new["own_level"] + 14 * np.median(known)) / (own_days + 14)
    assert new["is_new"] and new["level"] == pytest.approx(drawn)


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
        assert float(stock["order_up_to"]) == pytest.approx(
            forecast["demand_mean"] + buffer, rel=1e-6, abs=1e-4
        )
        lead_time, spread = float(stock["lead_time_days"]), float(stock["lead_time_sd_days"])
        variance = forecast["fixed_interval_sd"] ** 2 * lead_time / forecast["protection_days"]
        deviation = math.sqrt(variance + (forecast["forecast_daily"] * spread) ** 2)
        reorder = forecast["forecast_daily"] * lead_time + buffer * deviation / forecast["demand_sd"]
        assert float(stock["reorder_point"]) == pytest.approx(reorder, rel=1e-6, abs=1e-4)
