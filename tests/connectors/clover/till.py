"""Clover, for the shared tests."""

from collections.abc import Mapping
from datetime import datetime

from connectors.clover.schema import TABLES
from simulator.clover import create_app
from simulator.clover.app import CLIENT_ID
from simulator.ledger import Ledger
from tests.connectors.contract.till import NOTHING_SAID, SECONDS, Deletion, Denied, Rows, Till


def changes_told(ledger: Ledger, now: datetime) -> Mapping[str, int]:
    """Order → its time of change."""
    orders = create_app(ledger).state.account.orders
    return {record.id: record.keys["modifiedTime"] for record in orders.told(now)}


def still_told(rows: Rows) -> set[str]:
    """The orders without those that were looked for and not found."""
    search = max(rows["order_searches"], key=lambda row: row["loaded_at"])
    seen = {row["id"] for row in rows["orders_seen"] if row["loaded_at"] == search["loaded_at"]}
    return {
        row["id"]
        for row in rows["orders"]
        if row["id"] in seen or row["created_ms"] < search["created_since_ms"]
    }


TILL = Till(
    pos="clover",
    small_pages={
        # no waiting for the pace: only what the vendor asks for is looked at
        "connectors.clover.account.REQUESTS_PER_SECOND": 1_000_000,
        "connectors.clover.endpoints.ORDERS_PER_PAGE": 7,
        "connectors.clover.endpoints.PER_PAGE": 9,
    },
    page=7,
    sales="/orders?expand=lineItems",
    told=changes_told,
    version="modified_ms",
    denied=Denied(subject="/item_stocks", resources=("item_stocks",), scope="INVENTORY_R"),
    unreadable={"total": "jane@example.org"},
    wrong_account={"merchant_id": "ANOTHERMERCH1"},
    children={
        table.name: ("order_id", "order_modified_ms")
        for table in TABLES
        if "order_modified_ms" in table.schema.names
    },
    observed=frozenset({"observed_on", "observed_at", "created_since_ms"}),
    waits=(SECONDS, NOTHING_SAID),
    deletion=Deletion(still_told),
    names_pages=False,
    renews=True,
    settings={
        "reconcile_days": 90,
        "access_token": None,
        "client_id": CLIENT_ID,
        "refresh_token": "${CLOVER_ACCESS_TOKEN}",
    },
)
