"""A warehouse built night after night holds exactly what one build from nothing would hold."""

from datetime import date
from pathlib import Path

import pytest

from simulator.generate import generate_ledger
from tests.dbt_project.warehouse import Warehouse, copied
from tests.end_to_end.accounts import SYSTEMS, Account
from tests.end_to_end.growing import grown, rows_that_differ

AS_OF = date(2026, 3, 12)


def assert_grown_equals_rebuilt(systems: tuple[str, ...], folder: Path, days: int) -> None:
    ledger = generate_ledger(
        31, stores=2, days=days + 6, orders_per_day=8, items=16, customers=12, as_of=AS_OF
    )
    accounts = [Account.of(pos, 0, ledger) for pos in systems]
    for today, warehouse in grown(accounts, folder, days):
        last = today, warehouse
    today, warehouse = last
    rebuilt = folder / "rebuilt" / "warehouse.duckdb"
    rebuilt.parent.mkdir()
    copied(warehouse.path, rebuilt)
    Warehouse(rebuilt, {"as_of_date": today.isoformat()}).run(
        "build", "--exclude-resource-type", "unit_test", "--full-refresh"
    )
    assert rows_that_differ(warehouse.path, rebuilt) == {}
    orders = warehouse.query("select connection_id, count(*) as orders from unified.orders group by all")
    assert {row["connection_id"] for row in orders} == {account.id for account in accounts}
    assert min(row["orders"] for row in orders) > 5 * days


@pytest.mark.chaos
def test_thirty_nights_end_with_the_rows_of_one_build_from_nothing(tmp_path: Path) -> None:
    assert_grown_equals_rebuilt(SYSTEMS, tmp_path, days=30)


def test_a_few_nights_end_with_the_rows_of_one_build_from_nothing(tmp_path: Path) -> None:
    assert_grown_equals_rebuilt(("square", "shopify", "csv"), tmp_path, days=3)


@pytest.mark.chaos
@pytest.mark.parametrize("pos", SYSTEMS)
def test_each_system_alone_grows_as_if_it_were_built_from_nothing(pos: str, tmp_path: Path) -> None:
    assert_grown_equals_rebuilt((pos,), tmp_path, days=12)
