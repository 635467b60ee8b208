"""Square: orders, payments, refunds, catalogue, suppliers and stock.

Endpoint → raw tables (all of `schema.py`):

| endpoint | tables | read by |
|---|---|---|
| `GET /v2/locations` | `locations` | whole, every run |
| `POST /v2/orders/search` | `orders` and `order_*` | windows of `updated_at` |
| `GET /v2/payments` | `payments` | windows of `updated_at` |
| `GET /v2/refunds` | `refunds` | windows of `updated_at` |
| `POST /v2/catalog/search` | `catalog_*` | whole, every run, deleted objects included |
| `POST /v2/vendors/search` | `vendors` | whole, every run |
| `POST /v2/inventory/counts/batch-retrieve` | `inventory_counts` | whole, every run |
| `POST /v2/inventory/changes/batch-retrieve` | `inventory_adjustments`, `_physical_counts` | windows |
| `POST /reporting/v1/load` | `sales_totals` | windows of business dates |

A first load and a backfill read orders, payments and refunds by windows of `created_at` instead.

Every list ends with the answer that has no `cursor`; the cursor goes back with the same query, to the letter.
An empty answer is `{}`.
"""

from collections.abc import Iterator

from dlt.extract.source import DltSource

from connectors.core.checking import CHECK_ATTEMPTS, check_account
from connectors.core.connector import Connector, Finding, Request
from connectors.core.endpoints import api_source
from connectors.square.account import SquareAccount
from connectors.square.endpoints import ENDPOINTS
from connectors.square.schema import ORDERS, TABLES
from connectors.square.settings import SquareConnection, from_environment


def source(connection: SquareConnection, request: Request) -> DltSource:
    """The account's endpoints as a dlt source, for one request."""
    return api_source("square", ENDPOINTS, SquareAccount(connection), request)


def check(connection: SquareConnection) -> Iterator[Finding]:
    """Tries the token, then each endpoint, and shows one order by its ids and amounts."""
    account = SquareAccount(connection, attempts=CHECK_ATTEMPTS)
    return check_account(
        account,
        ENDPOINTS,
        identify=lambda: f"{connection.url}: {len(account.location_ids):,} locations",
        sample_of=ORDERS.name,
        sample=lambda order: f"{order['id']}: {order['total_amount']} {order['currency']}",
    )


CONNECTOR = Connector(
    pos="square",
    title="Square",
    settings=SquareConnection,
    tables=TABLES,
    source=source,
    check=check,
    from_environment=from_environment,
    endpoints=ENDPOINTS,
)
