"""What `benchmarks.policy` measures with: the way into the warehouse, and the reading of its curves."""

import xml.etree.ElementTree as ET
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from benchmarks.policy import Point, value_at, within_level
from benchmarks.policy_picture import Line, Panel, write_picture
from benchmarks.simulated_shop import SimulatedShop, origins
from planning.backtest import policy_backtest
from planning.backtest_schema import LEVELS
from simulator.demand import SimulatedDemand, generate_demand

MONDAY = date(2025, 1, 6)
DAYS = 7 * 30


@pytest.fixture(scope="module")
def demand() -> SimulatedDemand:
    return generate_demand(4, items=12, first_day=MONDAY, days=DAYS)


def test_the_warehouse_reads_what_was_simulated_and_makes_a_level_for_every_target_and_week(
    demand: SimulatedDemand, tmp_path: Path
):
    shop, as_of = SimulatedShop(tmp_path / "shop", demand), MONDAY + timedelta(days=DAYS)
    assert shop.land() == (demand.units > 0).sum()
    levels = shop.levels(as_of, ["0.90", "0.98"], 12)
    dates = {as_of - timedelta(weeks=week) for week in range(12)}
    for table in levels.values():
        assert set(table["origin_date"].to_pylist()) == dates
        assert len(table) == 12 * 12
    higher, lower = (
        {(row["item_key"], row["origin_date"]): row["order_up_to"] for row in levels[target].to_pylist()}
        for target in ("0.98", "0.90")
    )
    assert all(higher[key] >= lower[key] for key in lower)
    assert sum(higher.values()) > sum(lower.values())

    true = {(row["item_key"], row["business_date"]): row["demand"] for row in shop.true_demand().to_pylist()}
    read = shop.read("select item_key, business_date, demand from marts.item_daily_demand").to_pylist()
    assert sum(row["demand"] for row in read) == int(demand.units.sum())
    assert all(true[row["item_key"], row["business_date"]] == row["demand"] for row in read)

    found = policy_backtest(levels["0.98"], shop.true_demand(), shop.items(), as_of, days=42)
    item = next(each for each in demand.items if each.kind == "fast")
    rows = [row for row in found.to_pylist() if row["item_name"].upper() == item.sku]
    assert [row["rule"] for row in rows] == ["recommendation", "naive"]
    for row in rows:
        assert row["service_level"] == Decimal("0.98")
        assert row["units_ordered"] % item.pack_size == 0
        assert row["average_stock_value"] == pytest.approx(
            row["average_stock"] * item.unit_cost, abs=Decimal("0.001")
        )


def test_builds_share_the_weeks_and_each_is_of_its_last_origin():
    assert origins(MONDAY, 56, 4) == [(MONDAY + timedelta(weeks=13 + 14 * each), 14) for each in range(4)]
    each_week = origins(MONDAY, 5, 5)
    assert each_week == [(MONDAY + timedelta(weeks=week), 1) for week in range(5)]


def test_the_stock_for_a_service_lies_on_the_line_between_two_points_and_beyond_them_there_is_none():
    curve = [Point(0.5, 0, 100.0), Point(0.8413447460685429, 0, 300.0), Point(0.9772498680518208, 0, 400.0)]
    assert value_at(curve, 0.8413447460685429) == pytest.approx(300)
    assert value_at(curve, 0.6914624612740131) == pytest.approx(200)  # half a standard deviation
    assert value_at(curve, 0.9331927987311419) == pytest.approx(350)  # one and a half
    assert value_at(curve, 0.99) is None
    assert value_at(curve, 0.4) is None


def test_a_forecast_is_judged_by_whether_its_level_lasts_until_the_next_order_arrives(
    demand: SimulatedDemand,
):
    item = demand.items[0]
    days = 7 + item.lead_time_days
    total = int(demand.units[7 : 7 + days, 0].sum())

    def row(day: int, level: float) -> dict[str, object]:
        return {
            "location_key": "c:s", "item_key": f"c:{item.sku}", "origin_date": MONDAY + timedelta(days=day),
            "order_up_to": Decimal(str(level)), "lead_time_days": Decimal(item.lead_time_days),
            "lead_time_sd_days": Decimal(0), "review_period_days": 7,
        }  # fmt: skip

    table = pa.Table.from_pylist(
        [row(7, total), row(7, total - 0.5), row(7, total - 1), row(DAYS - 1, 1e6)], schema=LEVELS
    )
    found = within_level(table, demand)
    assert found[:3].tolist() == [1, 1, 0]
    assert np.isnan(found[3])


def test_the_picture_is_drawn_with_every_point_in_its_frame(tmp_path: Path):
    lines = [Line("order <list>", [(100.0, 0.9), (250.0, 0.99)]), Line("naive rule", [(90.0, 0.8)])]
    write_picture([Panel("Steady", lines), Panel("Not", lines)], tmp_path / "policy.svg")
    image = ET.parse(tmp_path / "policy.svg").getroot()
    circles = list(image.iter("{http://www.w3.org/2000/svg}circle"))
    assert len(circles) == 6
    for circle in circles:
        assert 0 < float(circle.attrib["cx"]) < 460
        assert 0 < float(circle.attrib["cy"]) < 340
    assert "order <list>" in {text.text for text in image.iter("{http://www.w3.org/2000/svg}text")}
