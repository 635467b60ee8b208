"""Lightspeed Retail X-Series (formerly Vend), API 2.0: sales, products, suppliers, stock orders and stock.

Endpoint → raw tables (all of `schema.py`):

| endpoint | tables | read by |
|---|---|---|
| `GET /api/2.0/outlets` | `outlets` | whole, every run, deleted ones included |
| `GET /api/2.0/retailer` | `retailers` | whole, every run |
| `GET /api/2.0/sales` | `sales`, `sale_*` | feed of versions |
| `GET /api/2.0/search?type=sales` | the same | only in a backfill: spans of `sale_date` |
| `GET /api/2.0/search?type=customers` | `walk_in_customers` | whole, every run |
| `GET /api/2.0/products` | `products`, `product_*` | feed of versions, deleted ones included |
| `GET /api/2.0/suppliers` | `suppliers` | feed of versions |
| `GET /api/2.0/consignments?type=SUPPLIER` | `consignments` | feed of versions |
| `GET /api/2.0/consignments/{id}/products` | `consignment_products` | after each stock order that changed |
| `GET /api/2.0/inventory` | `inventory` | whole, every run |

Every change of a record gives it a higher `version`. A page is asked for with `after`, the highest version of
the page before; the feed ends with an empty page, and the next run goes on there. The search counts records
(`offset`).
"""

import json
from collections.abc import Iterator

from dlt.extract.source import DltSource

from connectors.core.checking import CHECK_ATTEMPTS, check_account
from connectors.core.connector import Connector, Finding, Request
from connectors.core.endpoints import api_source
from connectors.core.errors import ConfigurationError, MissingScope
from connectors.lightspeed_x.account import LightspeedXAccount
from connectors.lightspeed_x.endpoints import API, ENDPOINTS
from connectors.lightspeed_x.schema import SALES, TABLES
from connectors.lightspeed_x.settings import LightspeedXConnection, from_environment


def source(connection: LightspeedXConnection, request: Request) -> DltSource:
    """The account's endpoints as a dlt source, for one request."""
    return api_source("lightspeed_x", ENDPOINTS, LightspeedXAccount(connection), request)


def check(connection: LightspeedXConnection) -> Iterator[Finding]:
    """Tries the token, then each endpoint, and shows one sale by its ids and amounts."""
    account = LightspeedXAccount(connection, attempts=CHECK_ATTEMPTS)

    def identify() -> str:
        """Whose shop the token opens, as far as it may say so."""
        try:
            answer = account.client.request("GET", f"{API}/retailer", scope="retailer:read")
        except MissingScope:
            return connection.url
        prefix = json.loads(answer.content)["data"]["domain_prefix"]
        if prefix != connection.domain_prefix:
            raise ConfigurationError(
                f"{account.client.subject}: the credentials open the shop '{prefix}', but domain_prefix is "
                f"'{connection.domain_prefix}'. Set domain_prefix to the shop that is meant."
            )
        return connection.url

    return check_account(
        account,
        ENDPOINTS,
        identify=identify,
        sample_of=SALES.name,
        sample=lambda sale: f"{sale['id']}: {sale['total_price']} and {sale['total_tax']} tax",
    )


CONNECTOR = Connector(
    pos="lightspeed_x",
    title="Lightspeed Retail X-Series",
    settings=LightspeedXConnection,
    tables=TABLES,
    source=source,
    check=check,
    from_environment=from_environment,
    endpoints=ENDPOINTS,
)
