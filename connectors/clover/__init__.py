"""Clover: orders, payments, refunds, catalogue and stock of one merchant, which is one store.

Endpoint below `/v3/merchants/{mId}` → raw tables (all of `schema.py`):

| endpoint | tables | read by |
|---|---|---|
| the merchant itself, `/properties` | `merchants`, `properties` | whole, every run |
| `/orders`, lines expanded | `orders`, `order_lines`, `line_*` | windows of `modifiedTime` |
| `/orders/{id}/line_items` | the same, of orders with a hundred lines or more | after the orders |
| `/orders`, discounts expanded | `order_discounts` | windows of `modifiedTime` |
| `/orders`, customers expanded | `order_customers` (a hash) | windows of `modifiedTime` |
| `/orders`, ids of the last days | `orders_seen`, `order_searches` | every run |
| `/payments` | `payments`, `payment_charges` | windows of `modifiedTime` |
| `/refunds`, `/credits` | `refunds`, `refund_lines`, `credits` | windows of `createdTime` |
| `/items`, `/item_stocks` | `items`, `item_categories`, `item_stocks` | whole, every run |
| `/tenders`, `/order_types` | `tenders`, `order_types` | whole, every run |

A first load and a backfill read by windows of `createdTime`, none longer than 90 days: of more Clover tells
the last 90 days and says nothing. Pages are counted by `offset`; each begins a little before the
one before ended (`paging.py`), and the page that brings nothing more is the last.
"""

import json
from collections.abc import Iterator

from dlt.extract.source import DltSource

from connectors.clover.account import CloverAccount
from connectors.clover.endpoints import ENDPOINTS
from connectors.clover.schema import ORDERS, TABLES
from connectors.clover.settings import CloverConnection, from_environment
from connectors.core.checking import CHECK_ATTEMPTS, check_account
from connectors.core.connector import Connector, Finding, Request
from connectors.core.endpoints import api_source


def source(connection: CloverConnection, request: Request) -> DltSource:
    """The merchant's endpoints as a dlt source, for one request."""
    return api_source("clover", ENDPOINTS, CloverAccount(connection), request)


def check(connection: CloverConnection) -> Iterator[Finding]:
    """Tries the token, then each endpoint, and shows one order by its id and amount."""
    account = CloverAccount(connection, attempts=CHECK_ATTEMPTS)

    def identify() -> str:
        told = json.loads(account.client.request("GET", "/properties", scope="MERCHANT_R").content)
        return f"{connection.url}: merchant {connection.merchant_id}, {told.get('timezone')}"

    return check_account(
        account,
        ENDPOINTS,
        identify=identify,
        sample_of=ORDERS.name,
        sample=lambda order: f"{order['id']}: {order['total']} {order['currency']}",
    )


CONNECTOR = Connector(
    pos="clover",
    title="Clover",
    settings=CloverConnection,
    tables=TABLES,
    source=source,
    check=check,
    from_environment=from_environment,
    endpoints=ENDPOINTS,
)
