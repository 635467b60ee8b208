"""One row of the order list, checked from its own columns with plain arithmetic, as a buyer would redo it."""

import math
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from statistics import NormalDist
from typing import Any

import pytest

from planning.policy import HORIZON_DAYS
from planning.reasons import REASON_CODES

NORMAL = NormalDist()
LEVELS = (0.5, 0.8, 0.9, 0.95, 0.98, 0.99)
NOT_ORDERED = {"discontinued", "closed_location", "made_from_recipe"}
MAY_BE_NEGATIVE = {"on_hand", "inventory_position"}


def check_by_hand(row: dict[str, Any]) -> None:
    """Redoes quantity, cost, urgency, dates and risks."""
    codes = set(row["reason_codes"])
    assert codes <= set(REASON_CODES)
    figures = {name: value for name, value in row.items() if isinstance(value, float | Decimal)}
    assert all(math.isfinite(value) for value in figures.values())
    assert [name for name in figures.keys() - MAY_BE_NEGATIVE if figures[name] < 0] == []
    if not row["stock_known"]:
        assert row["recommended_quantity"] is row["transfer_in"] is row["stockout_probability"] is None
        assert "no_stock_data" in codes and row["urgency"] == "none"
        return
    position = row["inventory_position"]
    assert position == row["on_hand"] + row["on_order"] - row["committed"]
    assert ("out_of_stock" in codes) == (row["on_hand"] <= row["committed"])
    check_quantity(row, codes)
    check_cost(row, codes)
    check_timing(row, codes)
    check_risks(row)


def check_quantity(row: dict[str, Any], codes: set[str]) -> None:
    quantity, pack = row["recommended_quantity"], row["pack_size"]
    position = row["inventory_position"] + row["transfer_in"] - row["transfer_out"]
    assert quantity == expected_quantity(row, position, may_order=not codes & NOT_ORDERED)
    assert quantity >= 0 and quantity % pack == 0
    if quantity:
        assert quantity >= row["minimum_order"]
        assert row["max_stock"] is None or position + quantity <= row["max_stock"]
    elif row["order_up_to"] > position and not codes & NOT_ORDERED:
        assert "below_minimum_after_cap" in codes
    assert row["overstock_quantity"] == max(Decimal(0), position - whole_packs(row["order_up_to"], pack))
    assert ("transfer_in" in codes, "transfer_out" in codes) == (
        row["transfer_in"] > 0,
        row["transfer_out"] > 0,
    )


def check_cost(row: dict[str, Any], codes: set[str]) -> None:
    assert (row["order_cost"] is None) == (row["unit_cost"] is None) == ("no_cost" in codes)
    if row["unit_cost"] is not None:
        exact = row["recommended_quantity"] * row["unit_cost"]
        assert row["order_cost"] == exact.quantize(Decimal("0.0001"), ROUND_HALF_UP)


def check_timing(row: dict[str, Any], codes: set[str]) -> None:
    daily = row["forecast_daily"]
    shelf = max(0.0, float(row["inventory_position"] - row["on_order_late"]))
    cover = shelf / daily if daily > 0 else math.inf
    assert row["days_of_cover"] == (pytest.approx(cover) if daily > 0 else None)
    assert row["urgency"] == expected_urgency(row, cover)
    check_date(row["as_of_date"], row["projected_stockout_date"], 0 if "out_of_stock" in codes else cover)
    above = max(0.0, float(row["inventory_position"] - row["reorder_point"]))
    until_due = above / daily if daily > 0 else math.inf
    if codes & NOT_ORDERED:
        assert row["order_by_date"] is None
    else:
        urgent = row["urgency"] in ("high", "medium")
        check_date(row["as_of_date"], row["order_by_date"], 0 if urgent else until_due)


def check_risks(row: dict[str, Any]) -> None:
    shelf = max(0.0, float(row["inventory_position"] - row["on_order_late"]))
    if row["on_hand"] <= row["committed"] and row["forecast_daily"] > 0:
        assert row["stockout_probability"] == 1
    else:
        assert row["stockout_probability"] == pytest.approx(chance_of_more(row, shelf), abs=1e-9)
    mean, deviation = row["forecast_daily"] * days_to_arrival(row), row["lead_time_demand_sd"]
    if deviation > 0:
        score = (shelf - mean) / deviation
        lost = deviation * (NORMAL.pdf(score) - score * (1 - NORMAL.cdf(score)))
    else:
        lost = mean - shelf
    tolerance = 1e-9 * (1 + mean + deviation + shelf)
    assert row["lost_sales_estimate"] == pytest.approx(min(max(lost, 0), mean), abs=tolerance)


def days_to_arrival(row: dict[str, Any]) -> float:
    return float(row["order_wait_days"] + row["lead_time_days"])


def chance_of_more(row: dict[str, Any], stock: float) -> float:
    """The normal score is linear between two quantiles, and beyond them with the slope of the nearest two."""
    quantiles = [row[f"lead_time_q{round(level * 100)}"] for level in LEVELS]
    reached = sum(quantile <= stock for quantile in quantiles)
    start = min(max(reached - 1, 0), len(LEVELS) - 2)
    low, high = quantiles[start], quantiles[start + 1]
    if low == high:
        return 0.0 if stock >= high else 1.0
    scores = [NORMAL.inv_cdf(level) for level in LEVELS[start : start + 2]]
    return NORMAL.cdf(-(scores[0] + (stock - low) / (high - low) * (scores[1] - scores[0])))


def whole_packs(quantity: Decimal, pack: Decimal, rounding: str = ROUND_CEILING) -> Decimal:
    return (quantity / pack).to_integral_value(rounding) * pack


def expected_quantity(row: dict[str, Any], position: Decimal, *, may_order: bool) -> Decimal:
    pack, need = row["pack_size"], row["order_up_to"] - position
    if need <= 0 or not may_order:
        return Decimal(0)
    quantity = whole_packs(max(need, row["minimum_order"]), pack)
    for room in rooms(row, position):
        quantity = min(quantity, whole_packs(room, pack, ROUND_FLOOR))
    return quantity if quantity >= row["minimum_order"] else Decimal(0)


def rooms(row: dict[str, Any], position: Decimal) -> list[Decimal]:
    """What may be added to a position: under the shelf life and under the maximum stock."""
    found = []
    if row["shelf_life_days"] is not None:
        left = max(0.0, float(position) - row["forecast_daily"] * days_to_arrival(row))
        room = (
            Decimal(math.floor(max(0.0, row["forecast_daily"] * row["shelf_life_days"] - left) * 10_000))
            / 10_000
        )
        # a newsvendor's level has counted what spoils
        weighed = row["order_up_to"] - position if row["service_kind"] == "newsvendor" else Decimal(0)
        found.append(max(room, weighed))
    if row["max_stock"] is not None:
        found.append(max(Decimal(0), row["max_stock"] - position))
    return found


def expected_urgency(row: dict[str, Any], cover: float) -> str:
    if row["recommended_quantity"] + row["transfer_in"] == 0:
        return "none"
    if row["on_hand"] <= row["committed"] or cover < days_to_arrival(row):
        return "high"
    return "medium" if row["inventory_position"] <= row["reorder_point"] else "low"


def check_date(as_of: date, found: date | None, days: float) -> None:
    if found is None:
        assert math.floor(days) > HORIZON_DAYS if math.isfinite(days) else True
    else:
        assert found == as_of + timedelta(days=math.floor(days))
