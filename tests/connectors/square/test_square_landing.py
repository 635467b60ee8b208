"""How a landing goes on after it broke off, and what it reads when only a part is wanted."""

import json
import shutil
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.core.connector import Window
from connectors.core.errors import AuthenticationError, MissingScope, VendorError
from simulator.core.faults import RequestSeen
from simulator.generate import generate_ledger
from simulator.square import ALL_SCOPES
from tests.connectors.contract.account import Account, an_account
from tests.connectors.contract.dying import in_short_loads
from tests.connectors.contract.landing import Warehouse
from tests.connectors.square.till import TILL

SALES = frozenset({"orders", "order_lines"})
PAYMENTS = "/v2/payments"


def spans(requests: list[RequestSeen], field: str = "created_at") -> list[str]:
    """Starts of the spans of time in which orders were asked for with success."""
    bodies = [json.loads(seen.body) for seen in requests if seen.path == TILL.sales and seen.status == 200]
    filters = [body["query"]["filter"]["date_time_filter"] for body in bodies]
    return [each[field]["start_at"] for each in filters if field in each]


def test_a_token_that_expires_in_the_middle_leaves_what_was_loaded_and_goes_on_later(
    account: Account, warehouse: Warehouse, fresh: Warehouse
) -> None:
    short = in_short_loads(account.connector)
    account.faults.expire_token(TILL.sales, after=9)
    with pytest.raises(AuthenticationError, match="ACCESS_TOKEN_EXPIRED"):
        warehouse.land(account, tables=SALES, connector=short)
    assert len(warehouse.lines) == 1
    done = len(account.requests)
    warehouse.land(account, tables=SALES, connector=short)
    start = account.connection.history_start(account.now)
    assert min(spans(account.requests[done:])) > f"{start:%Y-%m-%dT%H:%M}"
    fresh.land(account, tables=SALES)
    assert warehouse.stand().content == fresh.stand().content


def test_a_scope_that_is_granted_later_brings_the_whole_history(
    account: Account, warehouse: Warehouse, fresh: Warehouse
) -> None:
    wanted = frozenset({"orders", "payments", "refunds"})
    account.simulated.scopes = tuple(scope for scope in ALL_SCOPES if scope != "PAYMENTS_READ")
    landed = warehouse.land(account, tables=wanted)
    assert [warning.split()[0] for warning in landed.warnings] == ["payments", "refunds"]
    account.simulated.scopes = ALL_SCOPES
    assert warehouse.land(account, tables=wanted).warnings == ()
    fresh.land(account, tables=wanted)
    assert warehouse.stand().content == fresh.stand().content


def test_when_nothing_that_is_wanted_may_be_read_the_run_fails(
    account: Account, warehouse: Warehouse
) -> None:
    account.simulated.scopes = ()
    with pytest.raises(MissingScope, match="MERCHANT_PROFILE_READ"):
        warehouse.land(account, tables=SALES)


def test_the_place_is_kept_in_the_warehouse_not_in_the_local_folder(
    account: Account, warehouse: Warehouse
) -> None:
    warehouse.land(account, tables=SALES)
    shutil.rmtree(warehouse.pipelines)
    done = len(account.requests)
    account.now += timedelta(hours=1)
    warehouse.land(account, tables=SALES)
    asked = spans(account.requests[done:], "updated_at")
    assert {start[:16] for start in asked} == {f"{account.now - timedelta(hours=73):%Y-%m-%dT%H:%M}"}
    assert spans(account.requests[done:], "created_at") == []


def test_only_what_some_tables_need_is_read(account: Account, warehouse: Warehouse) -> None:
    warehouse.land(account, tables=frozenset({"orders", "order_lines", "payments"}))
    assert {seen.path for seen in account.requests} == {"/v2/locations", TILL.sales, PAYMENTS}
    warehouse.land(account, tables=frozenset({"vendors"}))
    stand = warehouse.stand()
    assert stand.orders == account.told
    assert {row["id"] for row in stand.tables["vendors"]} == {one.id for one in account.ledger.suppliers}


def test_a_backfill_that_broke_off_goes_on_and_leaves_the_place_of_changes_alone(
    account: Account, warehouse: Warehouse
) -> None:
    short = in_short_loads(account.connector)
    warehouse.land(account, tables=SALES)
    before = warehouse.stand().content
    span = Window(account.connection.history_start(account.now), account.now - timedelta(days=1))
    middle = f"{span.start + timedelta(days=6):%Y-%m-%dT%H:%M}"

    def fail_in_the_second_window() -> None:
        account.faults.server_error(TILL.sales, times=100, status=500)

    done = len(account.requests)
    first_window = sum(sale.opened_at < span.start + timedelta(days=6) for sale in account.ledger.sales)
    account.faults.between_pages(fail_in_the_second_window, TILL.sales, after=first_window // TILL.page + 2)
    with pytest.raises(VendorError):
        warehouse.land(account, span=span, tables=SALES, connector=short)
    account.faults.clear()
    broke = len(account.requests)
    assert min(spans(account.requests[done:broke])) < middle
    warehouse.land(account, span=span, tables=SALES, connector=short)
    assert {start[:16] for start in spans(account.requests[broke:])} == {middle}
    assert warehouse.stand().content == before
    again = len(account.requests)
    warehouse.land(account, tables=SALES)
    assert spans(account.requests[again:]) == []
    assert spans(account.requests[again:], "updated_at")


def test_two_connections_land_side_by_side_in_one_warehouse(warehouse: Warehouse, tmp_path: Path) -> None:
    north_ledger = generate_ledger(11, stores=2, days=5, orders_per_day=3, items=5, customers=3)
    south_ledger = generate_ledger(12, stores=2, days=6, orders_per_day=3, items=5, customers=3)
    with (
        an_account(TILL, north_ledger, tmp_path, connection_id="north") as north,
        an_account(TILL, south_ledger, tmp_path, connection_id="south") as south,
    ):
        failures: list[BaseException] = []

        def run(account: Account) -> None:
            try:
                warehouse.land(account, tables=SALES)
                warehouse.land(account, tables=SALES)
            except BaseException as failure:  # noqa: BLE001 - shown by the assertion below
                failures.append(failure)

        threads = [threading.Thread(target=run, args=[account]) for account in (north, south)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        stand = warehouse.stand()
        for account in (north, south):
            rows = [row for row in stand.tables["orders"] if row["connection_id"] == account.connection_id]
            assert replace(stand, tables={"orders": rows}).orders == account.told
