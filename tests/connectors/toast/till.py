"""Toast, for the shared tests."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from connectors.toast.schema import TABLES
from simulator.ledger import Ledger, Return, Sale
from tests.connectors.contract.till import Deletion, Denied, Rows, Till, Times, Wait

ONE_TICK = timedelta(milliseconds=1)
RESET = Wait("time of reset", 7, at_least=5.5, at_most=9)
NOTHING_SAID = Wait("nothing said", None, at_least=0, at_most=2)


def changes_told(ledger: Ledger, now: datetime) -> Mapping[str, datetime]:
    """Order → its last change: of its sale, or a giving-back; each one that is told makes it later."""
    events: dict[str, list[Any]] = defaultdict(list)
    for event in (*ledger.sales, *ledger.returns, *ledger.refunds):
        if event.visible_at <= now:
            events[event.id if isinstance(event, Sale) else event.sale_id].append(event)
    told = {}
    for order, history in events.items():
        history.sort(key=lambda event: (event.visible_at, isinstance(event, Return), event.version))
        for event in history:
            at = event.updated_at.replace(microsecond=event.updated_at.microsecond // 1000 * 1000)
            told[order] = max(at, told[order] + ONE_TICK) if order in told else at
    return told


def alive(rows: Rows) -> set[str]:
    return {row["guid"] for row in rows["orders"] if not row["deleted"]}


TILL = Till(
    pos="toast",
    small_pages={"connectors.toast.endpoints.ORDERS_PER_PAGE": 7},
    page=7,
    sales="/orders/v2/ordersBulk",
    told=changes_told,
    version="modified_at",
    denied=Denied(subject="/stock/v1/inventory", resources=("stock",), scope="stock:read"),
    unreadable={"checks.0.totalAmount": "jane@example.org"},
    wrong_account={"restaurant_guids": ["NOT-OF-THIS-CLIENT"]},
    order_id="guid",
    children={
        table.name: ("order_guid", "order_modified_at")
        for table in TABLES
        if "order_modified_at" in table.schema.names
    },
    observed=frozenset({"observed_on", "observed_at"}),
    waits=(RESET, NOTHING_SAID),
    times=Times(
        field="openedDate",
        column="opened_at",
        written=(
            lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S}.000+0000",
            lambda moment: f"{moment - timedelta(hours=5):%Y-%m-%dT%H:%M:%S}.000-0500",
        ),
    ),
    deletion=Deletion(alive=alive),
    renews=True,
)
