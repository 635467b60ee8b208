"""Shopify, for the shared tests: an app with client credentials, whose token is granted for a day."""

from collections.abc import Mapping
from datetime import datetime

from simulator.ledger import Ledger, Sale
from tests.connectors.contract.till import Deletion, Denied, Rows, Till, Times, Wait, rfc3339_variants

COST = Wait("points that are missing", 4, at_least=4, at_most=5.5)
NOTHING_SAID = Wait("nothing said", None, at_least=0, at_most=2)


def changes_told(ledger: Ledger, now: datetime) -> Mapping[str, datetime]:
    """Order → when it last changed, to the second: by a version of its sale, a return or a refund."""
    told: dict[str, datetime] = {}
    for event in (*ledger.sales, *ledger.returns, *ledger.refunds):
        if event.visible_at <= now:
            order = event.id if isinstance(event, Sale) else event.sale_id or ""
            told[order] = max(told.get(order, event.visible_at), event.visible_at)
    return {order: at.replace(microsecond=0) for order, at in told.items()}


def alive(rows: Rows) -> set[str]:
    """Orders that no later listing of their time misses."""
    listed = {row["id"]: row["loaded_at"] for row in rows["order_ids"]}
    return {
        order["number"]
        for order in rows["orders"]
        if not any(
            listing["listed_from"] <= order["processed_at"] < listing["listed_until"]
            and listing["loaded_at"] > order["loaded_at"]
            and (order["id"] not in listed or listed[order["id"]] < listing["loaded_at"])
            for listing in rows["order_listings"]
        )
    }


TILL = Till(
    pos="shopify",
    small_pages={"connectors.shopify.queries.ORDERS_PER_PAGE": 7},
    page=7,
    sales="graphql.json Orders",
    told=changes_told,
    version="updated_at",
    denied=Denied(subject="LevelsOfLocation", resources=("inventory_levels",), scope="read_inventory"),
    unreadable={"totalPriceSet.shopMoney.amount": "jane@example.org"},
    wrong_account={"client_id": "an app of another shop"},
    order_id="number",
    observed=frozenset({"observed_on", "observed_at", "listed_from", "listed_until"}),
    waits=(COST, NOTHING_SAID),
    times=Times(field="processedAt", column="processed_at", written=rfc3339_variants()),
    deletion=Deletion(alive=alive),
    renews=True,
)
