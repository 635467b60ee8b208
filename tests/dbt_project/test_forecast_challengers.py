"""The libraries' forecasts as dbt builds them: off by default, and on."""

from datetime import timedelta

import duckdb
import pytest

from planning.challengers import missing_libraries
from tests.dbt_project.items_rows import AS_OF
from tests.dbt_project.warehouse import OWN_TESTS, Warehouse, environment

DAYS = 84


@pytest.fixture(scope="module")
def warehouse_with_demand(warehouse: Warehouse) -> Warehouse:
    """Ten a day; every seventh day closed; every tenth out of stock, then what was sold tells nothing."""
    rows = []
    for days_ago in range(1, DAYS + 1):
        day = AS_OF - timedelta(days=days_ago)
        closed, empty = day.isoweekday() == 7, days_ago % 10 == 0
        because = "store_closed" if closed else "out_of_stock" if empty else None
        rows.append(["s", "i", day, days_ago, 0 if closed or empty else 10, because])
    with duckdb.connect(str(warehouse.path)) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.item_daily_demand (location_key varchar, item_key varchar,"
            " business_date date, days_ago integer, demand decimal(18, 4), unobservable_because varchar)"
        )
        connection.executemany("insert into marts.item_daily_demand values (?, ?, ?, ?, ?, ?)", rows)
        connection.execute(
            "create table marts.replenishment_settings as"
            " select 's' as location_key, 'i' as item_key, 14 as protection_days"
            " union all select 's', 'never sold', 7"
        )
    return warehouse


def challengers(warehouse: Warehouse, switch: str) -> list[dict]:
    with environment(POS_FORECAST_CHALLENGERS=switch):
        results = warehouse.run("build", *OWN_TESTS, "--select", "forecast_challengers")
    assert {each.status for each in results} == {"success", "pass"}
    return warehouse.query("from staging.forecast_challengers")


def test_there_are_no_challengers_unless_they_are_asked_for(warehouse_with_demand: Warehouse) -> None:
    assert challengers(warehouse_with_demand, "") == []


@pytest.mark.skipif(bool(missing_libraries()), reason="the extra [forecast] is not installed")
def test_challengers_count_closed_days_and_leave_out_those_without_stock(
    warehouse_with_demand: Warehouse,
) -> None:
    rows = challengers(warehouse_with_demand, "1")
    assert {row["item_key"] for row in rows} == {"i"}
    assert {row["candidate"] for row in rows} == {"ets", "sba", "tsb"}  # one item is too little for trees
    today = {row["candidate"]: row["expected"] for row in rows if row["origin_weeks_ago"] == 0}
    # two weeks of six open days; the days out of stock would take a tenth away
    assert today["ets"] == pytest.approx(120, rel=0.02)
    assert today["tsb"] == pytest.approx(120, rel=0.08)
    assert {row["origin_weeks_ago"] for row in rows if row["candidate"] == "ets"} == {0, 2, 4, 6, 8}
