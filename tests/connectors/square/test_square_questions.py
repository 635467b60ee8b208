"""What Square is asked, and what that brings of an account with more locations than one query may name."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from connectors.registry import CONNECTORS
from simulator.ledger import Ledger
from simulator.square import ALL_SCOPES
from tests.connectors.contract.account import Account, Reading, an_account, read
from tests.connectors.square.till import TILL


@pytest.fixture
def twelve(twelve_stores: Ledger, tmp_path: Path) -> tuple[Account, Reading]:
    """An account of twelve stores, and what was read of it."""
    with an_account(TILL, twelve_stores, tmp_path) as account:
        return account, read(account)


def test_every_order_of_twelve_locations_is_read_with_its_lines(twelve: tuple[Account, Reading]) -> None:
    account, reading = twelve
    ledger = account.ledger
    assert reading.orders == account.told
    versions = {(row["order_id"], row["order_version"]) for row in reading.tables["order_lines"]}
    assert versions <= set(account.told.items())
    lines = {(sale.id, line.id) for sale in ledger.sales_at(account.now) for line in sale.lines}
    assert {(row["order_id"], row["uid"]) for row in reading.tables["order_lines"]} == lines
    sales = [sale for sale in ledger.sales if sale.visible_at <= account.now]
    payments = {payment.id for sale in sales for payment in sale.payments}
    assert {row["id"] for row in reading.tables["payments"]} == payments
    assert {row["id"] for row in reading.tables["locations"]} == {store.id for store in ledger.stores}
    assert {row["id"] for row in reading.tables["catalog_variations"]} == {item.id for item in ledger.items}


def test_each_query_names_ten_locations_at_most_and_filters_inside_query(
    twelve: tuple[Account, Reading],
) -> None:
    account, _ = twelve
    bodies = [json.loads(seen.body) for seen in account.requests if seen.path == TILL.sales]
    assert {len(body["location_ids"]) for body in bodies} == {10, 2}
    for body in bodies:
        assert set(body) <= {"location_ids", "limit", "cursor", "query"}
        assert body["query"]["filter"]["state_filter"]["states"] == ["COMPLETED", "CANCELED", "OPEN"]
        assert list(body["query"]["filter"]["date_time_filter"]) == ["updated_at"]
        assert body["query"]["sort"] == {"sort_field": "UPDATED_AT", "sort_order": "ASC"}
    asked = Counter(
        json.dumps({key: value for key, value in body.items() if key != "cursor"}) for body in bodies
    )
    assert max(asked.values()) > 1, "a cursor goes back with the identical query"


def test_payments_of_every_location_are_asked_for_not_only_the_main_ones(
    twelve: tuple[Account, Reading],
) -> None:
    account, _ = twelve
    asked = " ".join(seen.query for seen in account.requests if seen.path == "/v2/payments")
    assert set(re.findall(r"location_id=(\w+)", asked)) == {store.id for store in account.ledger.stores}


def test_a_deleted_item_is_read_because_old_sales_name_it(account: Account) -> None:
    gone = {item.id for item in account.ledger.items if item.is_deleted}
    rows = read(account).tables["catalog_variations"]
    assert gone
    assert {row["id"] for row in rows if row["is_deleted"]} == gone


def test_the_reason_of_a_rejected_order_names_the_place(account: Account) -> None:
    spoilt = min(account.told)
    account.faults.unreadable[spoilt] = {"total_money.amount": "jane@example.org"}
    (row,) = read(account).tables["rejected_rows"]
    reason = "orders/total_money/amount is not a whole number, or stands in another place"
    named = {name: value for name, value in row.items() if name != "loaded_at"}
    assert named == {
        "connection_id": "square",
        "source": "orders",
        "position": spoilt,
        "native_id": spoilt,
        "reason": reason,
        "text": None,
    }


def test_check_counts_the_locations_and_names_the_missing_scope(account: Account) -> None:
    account.simulated.scopes = tuple(scope for scope in ALL_SCOPES if scope != "INVENTORY_READ")
    findings = list(CONNECTORS["square"].check(account.connection))
    failed = {finding.subject: finding.detail for finding in findings if not finding.holds}
    assert failed.keys() == {"inventory_counts", "inventory_changes"}
    assert all("Grant the permission INVENTORY_READ" in detail for detail in failed.values())
    assert "2 locations" in findings[0].detail
