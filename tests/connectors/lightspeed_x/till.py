"""Lightspeed Retail X-Series, for the shared tests."""

from collections.abc import Mapping
from datetime import datetime

from connectors.lightspeed_x.schema import TABLES
from simulator.ledger import Ledger
from simulator.lightspeed_x.feed import feed
from simulator.lightspeed_x.sales import SaleRenderer
from tests.connectors.contract.till import (
    DATE,
    NOTHING_SAID,
    Deletion,
    Denied,
    Rows,
    Till,
    Times,
    rfc3339_variants,
)


def versions_told(ledger: Ledger, now: datetime) -> Mapping[str, int]:
    """Sale → its number in the feed: sales, and returns that are no exchange."""
    numbers = {record.id: record.keys["version"] for record in feed(SaleRenderer(ledger).records()).told(now)}
    told = [sale.id for sale in ledger.sales_at(now)]
    told += [given.id for given in ledger.returns_at(now) if given.exchange_sale_id is None]
    return {sale_id: numbers[sale_id] for sale_id in told}


def alive(rows: Rows) -> set[str]:
    """A deleted sale stays in the feed, with the time of its deletion."""
    return {row["id"] for row in rows["sales"] if row["deleted_at"] is None}


TILL = Till(
    pos="lightspeed_x",
    small_pages={
        "connectors.lightspeed_x.endpoints.SALES_PER_PAGE": 7,
        "connectors.lightspeed_x.endpoints.SALES_PER_SEARCH": 7,
        "connectors.lightspeed_x.endpoints.PRODUCTS_PER_PAGE": 5,
        "connectors.lightspeed_x.endpoints.CONSIGNMENTS_PER_PAGE": 5,
        "connectors.lightspeed_x.endpoints.INVENTORY_PER_PAGE": 40,
    },
    page=7,
    sales="/api/2.0/sales",
    told=versions_told,
    orders="sales",
    version="version",
    denied=Denied(subject="/api/2.0/suppliers", resources=("suppliers",), scope="suppliers:read"),
    unreadable={"total_price": "jane@example.org"},
    wrong_account={"domain_prefix": "another-shop"},
    children={
        table.name: ("sale_id", "sale_version") for table in TABLES if "sale_version" in table.schema.names
    },
    observed=frozenset({"observed_on", "observed_at"}),
    waits=(DATE, NOTHING_SAID),
    times=Times(field="sale_date", column="sale_date", written=rfc3339_variants()),
    deletion=Deletion(alive),
    renews=True,
)
