"""Shopify: orders with their dated ledger, catalogue with unit cost, stock, Shopify's own daily totals.

One endpoint answers all, `POST /admin/api/<version>/graphql.json`. Query → raw tables (all of `schema.py`):

| query | tables | read by |
|---|---|---|
| `shop` | `shop` | whole, every run |
| `locations` | `locations` | whole, every run |
| `orders` | `orders`, `order_transactions`, `sales_agreements`, `sales` | windows of `updated_at` |
| `orders` (ids) | `order_ids`, `order_listings` | the last 55 days, every run |
| `productVariants` | `product_variants` | whole, every run |
| `location.inventoryLevels` | `inventory_levels` | whole, every run |
| `shopifyqlQuery` | `daily_totals` | the last 60 days, every run |

A first load and a backfill read orders by windows of `processed_at` instead; a backfill also lists the ids of
its span. An order that a listing misses was deleted: Shopify does not tell of it in any other way. As many
records as `bulk_from` and more are read by a bulk operation.

A page ends with `pageInfo{hasNextPage endCursor}`; the cursor goes back in `after` with the same query. Lists
inside a record are paged too: where the first page of an order's agreements or of an agreement's sales is not
all of them, the rest is asked for by itself.
"""

from collections.abc import Iterator

from dlt.extract.source import DltSource

from connectors.core.checking import CHECK_ATTEMPTS, check_account
from connectors.core.connector import Connector, Finding, Request
from connectors.shopify import queries
from connectors.shopify.account import ALL_ORDERS, ShopifyAccount
from connectors.shopify.endpoints import ENDPOINTS
from connectors.shopify.reading import shopify_source
from connectors.shopify.schema import ORDERS, TABLES
from connectors.shopify.settings import API_VERSION, ShopifyConnection, from_environment


def source(connection: ShopifyConnection, request: Request) -> DltSource:
    """The shop's endpoints as a dlt source, for one request."""
    return shopify_source(ShopifyAccount(connection), request)


def check(connection: ShopifyConnection) -> Iterator[Finding]:
    """Tries the token, then each query, says whether old orders are hidden, and shows one order."""
    account = ShopifyAccount(connection, attempts=CHECK_ATTEMPTS)

    def identify() -> str:
        shop = account.ask(queries.SHOP, scope="")["shop"]
        return f"{connection.url}: {shop['currencyCode']}, {shop['ianaTimezone']}, API {API_VERSION}"

    findings = list(
        check_account(
            account,
            ENDPOINTS,
            identify=identify,
            sample_of=ORDERS.name,
            sample=lambda order: f"{order['id']}: {order['total_price']} {order['currency']}",
        )
    )
    yield from findings
    if findings[0].holds:
        sees_all = ALL_ORDERS in account.scopes
        yield Finding(
            ALL_ORDERS,
            holds=sees_all,
            detail="orders of any age may be read"
            if sees_all
            else f"Shopify shows this app only the orders of the last 60 days: grant it {ALL_ORDERS}.",
        )


CONNECTOR = Connector(
    pos="shopify",
    title="Shopify",
    settings=ShopifyConnection,
    tables=TABLES,
    source=source,
    check=check,
    from_environment=from_environment,
    endpoints=ENDPOINTS,
)
