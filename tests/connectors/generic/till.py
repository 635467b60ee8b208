"""A custom REST API, for the shared tests."""

from collections.abc import Mapping
from datetime import datetime

from simulator.generic.settings import ENDPOINTS
from simulator.ledger import Ledger
from tests.connectors.contract.till import Denied, Till, Times, rfc3339_variants


def changes_told(ledger: Ledger, now: datetime) -> Mapping[str, datetime]:
    """Sale or return → when it was last changed."""
    told = {sale.id: sale.updated_at for sale in ledger.sales_at(now)}
    return told | {given.id: given.updated_at for given in ledger.returns_at(now)}


TILL = Till(
    pos="generic",
    small_pages={},
    page=7,
    sales="/v1/orders",
    told=changes_told,
    version="updated_at",
    denied=Denied(subject="/v1/stock", resources=("stock",), scope="to read /stock"),
    unreadable={"sums.total": "jane@example.org"},
    wrong_account={"endpoints": [{**ENDPOINTS[0], "path": "/shops/another/orders"}]},
    order_id="order_id",
    children={"order_lines": ("order_id", "order_updated_at")},
    observed=frozenset({"observed_on", "observed_at"}),
    times=Times(field="closed", column="sold_at", written=rfc3339_variants()),
    settings={"parameters": {"limit": 7}},
)
