"""Square's API, as the simulator serves it, landed in a warehouse."""

import json
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.core.connector import Window
from connectors.core.errors import (
    AuthenticationError,
    DataFormatError,
    MissingScope,
    RateLimited,
    VendorError,
)
from connectors.registry import CONNECTORS
from simulator.core.faults import RequestSeen
from simulator.generate import generate_ledger
from simulator.ledger import Ledger
from simulator.square.app import ALL_SCOPES
from tests.connectors.account import TOKEN, Account, Warehouse, an_account

ORDERS = "/v2/orders/search"
PAYMENTS = "/v2/payments"


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    """A year's trade in a few days: twelve stores, more than one query may name."""
    return generate_ledger(11, stores=12, days=9, orders_per_day=2, items=8, customers=6)


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Small pages and windows, and no real waiting; gives the waits."""
    monkeypatch.setattr("connectors.square.endpoints.ORDERS_PER_PAGE", 23)
    monkeypatch.setattr("connectors.square.endpoints.PAYMENTS_PER_PAGE", 9)
    monkeypatch.setattr("connectors.square.endpoints.CATALOG_PER_PAGE", 5)
    monkeypatch.setattr("connectors.square.endpoints.INVENTORY_PER_PAGE", 40)
    monkeypatch.setattr("connectors.core.windows.WINDOW_LENGTH", timedelta(days=5))
    waits: list[float] = []
    monkeypatch.setattr("connectors.core.http.sleep", waits.append)
    return waits


@pytest.fixture
def account(ledger: Ledger) -> Iterator[Account]:
    with an_account(ledger) as account:
        yield account


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path)


@pytest.fixture
def fresh(tmp_path: Path) -> Warehouse:
    """Another warehouse, to load the same account from nothing."""
    (tmp_path / "fresh").mkdir()
    return Warehouse(tmp_path / "fresh")


def versions_told(account: Account) -> dict[str, int]:
    """Order → version, as the ledger says that the vendor tells them at the moment."""
    ledger, now = account.ledger, account.now
    told = {sale.id: sale.version for sale in ledger.sales_at(now)}
    told |= {given.id: given.version for given in ledger.returns_at(now) if given.exchange_sale_id is None}
    return told | {
        refund.order_id: 1
        for refund in ledger.refunds
        if refund.order_id and refund.version == 1 and refund.visible_at <= now
    }


def orders_landed(warehouse: Warehouse) -> dict[str, int]:
    rows = warehouse.query("select id, version from raw_square.orders")
    assert len(rows) == len({row[0] for row in rows})
    return {order: int(version) for order, version in rows}


def settled(account: Account, warehouse: Warehouse) -> None:
    """Everything is landed, and nothing happened for longer than the lookback."""
    warehouse.land(account)
    account.now += timedelta(days=10)
    warehouse.land(account)
    account.now += timedelta(days=10)


def test_every_order_of_twelve_locations_lands_with_its_lines(account: Account, warehouse: Warehouse) -> None:
    landed = warehouse.land(account)
    assert orders_landed(warehouse) == versions_told(account)
    lines = {(sale.id, line.id) for sale in account.ledger.sales_at(account.now) for line in sale.lines}
    counted = warehouse.counted()
    assert {(row[1], row[3]) for row in counted["order_lines"]} == lines
    payments = {
        payment.id
        for sale in account.ledger.sales
        if sale.visible_at <= account.now
        for payment in sale.payments
    }
    assert {row[1] for row in counted["payments"]} == payments
    assert {row[1] for row in counted["locations"]} == {store.id for store in account.ledger.stores}
    assert {row[1] for row in counted["catalog_variations"]} == {item.id for item in account.ledger.items}
    assert landed.warnings == ()
    assert landed.rejected == 0
    assert landed.rows["orders"] == len(versions_told(account))
    assert landed.windows == len(warehouse.lines) > 1


def test_each_query_names_ten_locations_at_most_and_filters_inside_query(
    account: Account, warehouse: Warehouse
) -> None:
    warehouse.land(account)
    bodies = [json.loads(request.body) for request in account.asked(ORDERS)]
    assert any("cursor" in body for body in bodies)
    assert {len(body["location_ids"]) for body in bodies} == {10, 2}
    for body in bodies:
        assert set(body) <= {"location_ids", "limit", "cursor", "query"}
        assert body["query"]["filter"]["state_filter"]["states"] == ["COMPLETED", "CANCELED", "OPEN"]
        assert list(body["query"]["filter"]["date_time_filter"]) == ["created_at"]
        assert body["query"]["sort"] == {"sort_field": "CREATED_AT", "sort_order": "ASC"}
    asked = Counter(
        json.dumps({key: value for key, value in body.items() if key != "cursor"}) for body in bodies
    )
    assert max(asked.values()) > 1, "a cursor goes back with the identical query"


def test_payments_of_every_location_are_asked_for_not_only_the_main_ones(
    account: Account, warehouse: Warehouse
) -> None:
    warehouse.land(account)
    named = {re.search(r"location_id=(\w+)", request.query)[1] for request in account.asked(PAYMENTS)}  # type: ignore[index]
    assert named == {store.id for store in account.ledger.stores}


def test_a_second_run_changes_nothing(account: Account, warehouse: Warehouse) -> None:
    warehouse.land(account)
    before = warehouse.counted()
    warehouse.land(account)
    assert warehouse.counted() == before


def test_a_run_with_nothing_new_succeeds(account: Account, warehouse: Warehouse) -> None:
    settled(account, warehouse)
    landed = warehouse.land(account)
    assert landed.rows["orders"] == landed.rows["payments"] == 0
    assert landed.warnings == ()
    assert orders_landed(warehouse) == versions_told(account)


def test_an_account_without_any_record_lands_empty(ledger: Ledger, warehouse: Warehouse) -> None:
    empty = replace(
        ledger, sales=(), returns=(), refunds=(), movements=(), items=(), categories=(), suppliers=()
    )
    with an_account(empty) as account:
        landed = warehouse.land(account)
        again = warehouse.land(account)
    assert landed.rows["locations"] == again.rows["locations"] == 12
    assert sum(landed.rows.values()) == 12


def test_late_and_edited_orders_come_with_the_next_runs(
    account: Account, warehouse: Warehouse, fresh: Warehouse
) -> None:
    end = account.now
    for hours in (200, 120, 40, 0):
        account.now = end - timedelta(hours=hours)
        warehouse.land(account)
        assert orders_landed(warehouse) == versions_told(account)
    fresh.land(account)
    landed, expected = warehouse.counted(), fresh.counted()
    landed.pop("inventory_counts"), expected.pop("inventory_counts")  # an observation a run
    assert landed == expected


def test_many_orders_of_one_instant_are_not_lost_at_a_page_border(
    account: Account, warehouse: Warehouse
) -> None:
    settled(account, warehouse)
    edited = sorted(versions_told(account))[:70]
    before = orders_landed(warehouse)
    for order in edited:
        account.simulated.edit_order(order)
    account.now += timedelta(hours=1)
    landed = warehouse.land(account)
    assert landed.rows["orders"] == len(edited) > 23
    after = orders_landed(warehouse)
    assert after == {order: version + (order in edited) for order, version in before.items()}


def test_an_order_that_moves_between_pages_is_neither_lost_nor_doubled(
    account: Account, warehouse: Warehouse
) -> None:
    settled(account, warehouse)
    edited = sorted(versions_told(account))[:60]
    for order in edited:
        account.simulated.edit_order(order)
    before = orders_landed(warehouse)
    account.now += timedelta(hours=1)

    def edit_first_and_last() -> None:
        account.simulated.edit_order(edited[0])
        account.simulated.edit_order(edited[-1])

    account.faults.between_pages(edit_first_and_last, ORDERS, after=1)
    warehouse.land(account)
    account.now += timedelta(minutes=15)
    warehouse.land(account)
    after = orders_landed(warehouse)
    assert after.keys() == before.keys()
    assert after[edited[0]] == after[edited[-1]]
    lines = warehouse.counted()["order_lines"]
    sales = {sale.id: len(sale.lines) for sale in account.ledger.sales_at(account.now)}
    counts = Counter(row[1] for row in lines)
    assert counts[edited[0]] == sales.get(edited[0], 0)


def test_a_page_named_twice_is_an_error_and_the_place_does_not_move(
    account: Account, warehouse: Warehouse
) -> None:
    account.faults.repeat_page(ORDERS, times=100)
    with pytest.raises(DataFormatError, match=r"at POST /v2/orders/search named the same"):
        warehouse.land(account)
    account.faults.clear()
    warehouse.land(account)
    assert orders_landed(warehouse) == versions_told(account)


def test_a_refused_token_is_one_sentence_without_the_token(account: Account, warehouse: Warehouse) -> None:
    account.faults.token_expires_after = 0
    with pytest.raises(AuthenticationError) as caught:
        warehouse.land(account)
    sentence = str(caught.value)
    assert "Square (connection square)" in sentence
    assert "SQUARE_ACCESS_TOKEN" in sentence
    assert TOKEN not in sentence
    assert "\n" not in sentence


def test_a_token_that_expires_in_the_middle_leaves_what_was_loaded_and_goes_on_later(
    account: Account, warehouse: Warehouse, fresh: Warehouse
) -> None:
    account.faults.token_expires_after = 45
    with pytest.raises(AuthenticationError, match="ACCESS_TOKEN_EXPIRED"):
        warehouse.land(account)
    assert warehouse.lines
    account.faults.clear()
    done = len(account.requests)
    warehouse.land(account)
    first = json.loads(next(request for request in account.requests[done:] if request.path == ORDERS).body)
    start = account.connection.history_start(account.now)
    assert first["query"]["filter"]["date_time_filter"]["created_at"]["start_at"] > f"{start:%Y-%m-%dT%H:%M}"
    fresh.land(account)
    assert warehouse.counted() == fresh.counted()


def test_a_missing_scope_skips_that_resource_with_a_warning(account: Account, warehouse: Warehouse) -> None:
    account.allow(*(scope for scope in ALL_SCOPES if scope != "VENDOR_READ"))
    landed = warehouse.land(account)
    (warning,) = landed.warnings
    assert warning.startswith("vendors was skipped. ")
    assert "Grant the permission VENDOR_READ" in warning
    assert orders_landed(warehouse) == versions_told(account)


def test_a_scope_that_is_granted_later_brings_the_whole_history(
    account: Account, warehouse: Warehouse, fresh: Warehouse
) -> None:
    account.allow(*(scope for scope in ALL_SCOPES if scope != "PAYMENTS_READ"))
    landed = warehouse.land(account)
    assert [warning.split()[0] for warning in landed.warnings] == ["payments", "refunds"]
    account.allow(*ALL_SCOPES)
    assert warehouse.land(account).warnings == ()
    fresh.land(account)
    assert warehouse.counted() == fresh.counted()


def test_without_the_locations_nothing_can_be_read_and_that_is_an_error(
    account: Account, warehouse: Warehouse
) -> None:
    account.allow()
    with pytest.raises(MissingScope, match="MERCHANT_PROFILE_READ"):
        warehouse.land(account)


@pytest.mark.parametrize(
    ("retry_after", "as_date", "at_least", "at_most"),
    [(7, False, 7, 8), (30, True, 25, 31), (None, False, 0, 2)],
    ids=["seconds", "date", "nothing said"],
)
def test_a_vendor_that_asks_to_wait_is_waited_for(
    account: Account,
    warehouse: Warehouse,
    small_steps: list[float],
    *,
    retry_after: int | None,
    as_date: bool,
    at_least: float,
    at_most: float,
) -> None:
    account.faults.rate_limit(ORDERS, after=1, retry_after=retry_after, as_date=as_date)
    warehouse.land(account)
    (wait,) = small_steps
    assert at_least <= wait <= at_most
    assert orders_landed(warehouse) == versions_told(account)


def test_a_vendor_that_never_stops_asking_to_wait_is_an_error(account: Account, warehouse: Warehouse) -> None:
    account.faults.rate_limit(ORDERS, times=100, retry_after=None)
    with pytest.raises(RateLimited, match="POST /v2/orders/search: the vendor asks to slow down"):
        warehouse.land(account)


def test_faults_that_pass_are_not_noticed(account: Account, warehouse: Warehouse, fresh: Warehouse) -> None:
    account.faults.server_error(ORDERS, after=2, times=2, status=500)
    account.faults.server_error("/v2/locations", status=503)
    account.faults.drop_body(ORDERS, after=4)
    account.faults.drop_body(PAYMENTS, after=3, times=2)
    warehouse.land(account)
    account.faults.clear()
    fresh.land(account)
    assert warehouse.counted() == fresh.counted()


def test_a_fault_that_stays_is_an_error(account: Account, warehouse: Warehouse) -> None:
    account.faults.server_error(ORDERS, times=100, status=500)
    with pytest.raises(VendorError, match=r"HTTP 500, INTERNAL_SERVER_ERROR.*after 8 tries"):
        warehouse.land(account)


def test_a_record_that_cannot_be_read_is_set_aside_without_its_content(
    account: Account, warehouse: Warehouse
) -> None:
    spoilt = min(versions_told(account))
    account.faults.unreadable[spoilt] = {"total_money.amount": "jane@example.org"}
    landed = warehouse.land(account)
    assert landed.rejected == 1
    (row,) = warehouse.rows("rejected_rows")
    reason = "orders/total_money/amount is not a whole number, or stands in another place"
    assert row == ("square", "orders", spoilt, spoilt, reason, None)
    assert orders_landed(warehouse).keys() == versions_told(account).keys() - {spoilt}


def test_the_place_is_kept_in_the_warehouse_not_in_the_local_folder(
    account: Account, warehouse: Warehouse
) -> None:
    warehouse.land(account)
    shutil.rmtree(warehouse.pipelines)
    done = len(account.requests)
    account.now += timedelta(hours=1)
    warehouse.land(account)
    asked = [json.loads(request.body) for request in account.requests[done:] if request.path == ORDERS]
    assert asked
    for body in asked:
        (field, span), *_ = body["query"]["filter"]["date_time_filter"].items()
        assert field == "updated_at"
        assert span["start_at"].startswith(f"{account.now - timedelta(hours=73):%Y-%m-%dT%H:%M}")


def test_only_what_some_tables_need_is_read(account: Account, warehouse: Warehouse, fresh: Warehouse) -> None:
    warehouse.land(account, tables=frozenset({"orders", "order_lines", "payments"}))
    paths = {request.path for request in account.requests}
    assert paths == {"/v2/locations", ORDERS, PAYMENTS}
    warehouse.land(account)
    fresh.land(account)
    assert warehouse.counted() == fresh.counted()


def test_a_backfill_that_broke_off_goes_on_and_leaves_the_place_of_changes_alone(
    account: Account, warehouse: Warehouse
) -> None:
    warehouse.land(account)
    before = warehouse.counted()
    start = account.connection.history_start(account.now)
    span = Window(start, account.now - timedelta(days=1))
    done = len(account.requests)
    first = json.loads(account.asked(ORDERS)[0].body)["query"]
    of_first_window = [r for r in account.asked(ORDERS) if json.loads(r.body)["query"] == first]
    account.faults.server_error(ORDERS, after=len(of_first_window) + 1, times=100)
    with pytest.raises(VendorError):
        warehouse.land(account, span=span)
    account.faults.clear()
    broke = len(account.requests)
    landed = warehouse.land(account, span=span)

    def starts(requests: list[RequestSeen]) -> set[str]:
        return {
            json.loads(request.body)["query"]["filter"]["date_time_filter"]["created_at"]["start_at"]
            for request in requests
            if request.path == ORDERS and request.status == 200
        }

    assert len(starts(account.requests[done:])) == landed.windows + 1
    assert min(starts(account.requests[broke:])) > min(starts(account.requests[done:broke]))
    assert warehouse.counted() == before
    again = len(account.requests)
    warehouse.land(account)
    assert all('"updated_at"' in r.body for r in account.requests[again:] if r.path == ORDERS)


def test_two_connections_land_side_by_side_in_one_warehouse(ledger: Ledger, warehouse: Warehouse) -> None:
    other = generate_ledger(12, stores=2, days=10, orders_per_day=3, items=5, customers=3)
    with (
        an_account(ledger, connection_id="north") as north,
        an_account(other, connection_id="south") as south,
    ):
        failures: list[BaseException] = []

        def run(account: Account) -> None:
            try:
                warehouse.land(account)
                warehouse.land(account)
            except BaseException as failure:  # noqa: BLE001 - shown by the assertion below
                failures.append(failure)

        threads = [threading.Thread(target=run, args=[account]) for account in (north, south)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        for account in (north, south):
            rows = warehouse.query(
                f"select id, version from raw_square.orders where connection_id = '{account.connection_id}'"
            )
            assert sorted(rows) == sorted(versions_told(account).items())


KILLED = """
import os, signal, sys
from datetime import datetime, timedelta
from pathlib import Path
from dlt.destinations.impl.duckdb.duck import DuckDbCopyJob
from dlt.load.load import Load
from dlt.pipeline.pipeline import Pipeline
from filelock import FileLock
import connectors.core.windows
from connectors.core.landing import land
from connectors.registry import CONNECTORS

base_url, token, folder, start, now, place, times = sys.argv[1:]
connectors.core.windows.WINDOW_LENGTH = timedelta(days=5)
owner, name = {
    "extract": (Pipeline, "extract"),
    "normalize": (Pipeline, "normalize"),
    "load": (Pipeline, "load"),
    "copy": (DuckDbCopyJob, "run"),
    "package": (Load, "complete_package"),
}[place]
original = getattr(owner, name)
left = int(times)

def dying(*arguments, **options):
    global left
    result = original(*arguments, **options)
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    return result

setattr(owner, name, dying)
land(
    CONNECTORS["square"].settings(id="square", access_token=token, base_url=base_url, start_date=start),
    CONNECTORS["square"], warehouse=Path(folder) / "warehouse.duckdb", pipelines=Path(folder) / "pipelines",
    lock=FileLock(Path(folder) / "warehouse.lock"), hash_key=b"a key for tests",
    now=datetime.fromisoformat(now), progress=print,
)
"""


@pytest.mark.parametrize(
    ("place", "times"),
    [
        ("load", 1),
        ("copy", 25),
        *(
            pytest.param(*case, marks=pytest.mark.chaos)
            for case in (("extract", 2), ("normalize", 2), ("copy", 3), ("package", 2))
        ),
    ],
)
def test_a_first_load_killed_without_warning_goes_on_where_it_stood(
    account: Account, warehouse: Warehouse, fresh: Warehouse, place: str, times: int
) -> None:
    start = str(account.connection.start_date)
    arguments = [
        account.base_url,
        TOKEN,
        str(warehouse.folder),
        start,
        account.now.isoformat(),
        place,
        str(times),
    ]
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, *arguments], capture_output=True, text=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    committed = killed.stdout.count("load ")
    warehouse.land(account)
    windows = fresh.land(account).windows
    # The last load may have been committed before its line could be printed.
    assert len(warehouse.lines) in (windows - committed, windows - committed - 1)
    assert warehouse.counted() == fresh.counted()


def test_check_tries_every_endpoint_and_never_shows_the_token(account: Account) -> None:
    account.allow(*(scope for scope in ALL_SCOPES if scope != "INVENTORY_READ"))
    findings = list(CONNECTORS["square"].check(account.connection))
    failed = {finding.subject for finding in findings if not finding.holds}
    assert failed == {"inventory_counts", "inventory_changes"}
    text = " ".join(f"{finding.subject} {finding.detail}" for finding in findings)
    assert "12 locations" in text
    assert "INVENTORY_READ" in text
    assert TOKEN not in text
    assert all(customer.name not in text for customer in account.ledger.customers)


def test_check_of_a_wrong_token_or_a_dead_server_is_one_finding(account: Account) -> None:
    account.faults.token_expires_after = 0
    (finding,) = CONNECTORS["square"].check(account.connection)
    assert not finding.holds
    account.base_url = "http://127.0.0.1:9"
    (finding,) = CONNECTORS["square"].check(account.connection)
    assert "no whole answer arrived" in finding.detail
