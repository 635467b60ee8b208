"""Square, for the shared tests."""

from collections.abc import Mapping
from datetime import datetime

from connectors.square.schema import TABLES
from simulator.ledger import Ledger
from tests.connectors.contract.till import Denied, Till, Times, rfc3339_variants


def versions_told(ledger: Ledger, now: datetime) -> Mapping[str, int]:
    """Order → version: sales, returns that are no exchange, and the orders that some refunds make."""
    told = {sale.id: sale.version for sale in ledger.sales_at(now)}
    told |= {given.id: given.version for given in ledger.returns_at(now) if given.exchange_sale_id is None}
    return told | {
        refund.order_id: 1
        for refund in ledger.refunds
        if refund.order_id and refund.version == 1 and refund.visible_at <= now
    }


TILL = Till(
    pos="square",
    small_pages={
        "connectors.square.endpoints.ORDERS_PER_PAGE": 7,
        "connectors.square.endpoints.PAYMENTS_PER_PAGE": 9,
        "connectors.square.endpoints.CATALOG_PER_PAGE": 5,
        "connectors.square.endpoints.INVENTORY_PER_PAGE": 40,
    },
    page=7,
    sales="/v2/orders/search",
    told=versions_told,
    version="version",
    denied=Denied(subject="/v2/vendors/search", resources=("vendors",), scope="VENDOR_READ"),
    unreadable={"total_money.amount": "jane@example.org"},
    wrong_account={"location_ids": ["NOT-OF-THIS-SELLER"]},
    children={
        table.name: ("order_id", "order_version") for table in TABLES if "order_version" in table.schema.names
    },
    observed=frozenset({"observed_on", "observed_at"}),
    times=Times(field="created_at", column="created_at", written=rfc3339_variants()),
)
