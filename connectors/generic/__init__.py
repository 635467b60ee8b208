"""Any other system with a REST API that answers JSON, as `connections.yaml` describes it.

The settings name endpoints; each becomes a resource of its own name, read by the page loop that all vendors
share. `records.py` puts an answer into the form of `schema.py`:

| entity of the endpoint | tables |
|---|---|
| `orders`, `returns`, `order_lines`, `return_lines` | `orders`, `order_lines`, `order_payments` |
| `payments` | `payments` |
| `refunds` | `refunds` |
| `items` | `items` |
| `inventory_levels` | `inventory_levels` |
| `locations` | `locations` |

An endpoint with `updated_since` or `sold_since` is read by windows of time, the others whole in every run.
Pages end as the endpoint's `paging` says. Without endpoints in the settings, `defaults.py` has two.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from dlt.extract.source import DltSource

from connectors.core.checking import CHECK_ATTEMPTS, check_account
from connectors.core.connector import Connector, Finding, Request
from connectors.core.endpoints import api_source
from connectors.core.errors import MissingScope, NotFound
from connectors.generic.account import GenericAccount
from connectors.generic.endpoints import endpoints_of
from connectors.generic.schema import ORDERS, TABLES
from connectors.generic.settings import GenericConnection, from_environment


def source(connection: GenericConnection, request: Request) -> DltSource:
    """The account's endpoints as a dlt source, for one request."""
    return api_source("generic", endpoints_of(connection), GenericAccount(connection), request)


def check(connection: GenericConnection) -> Iterator[Finding]:
    """Tries each endpoint, and shows one order by its id and amounts."""
    account, endpoints = GenericAccount(connection, attempts=CHECK_ATTEMPTS), endpoints_of(connection)
    of_orders = (endpoint.name for endpoint in endpoints if ORDERS in endpoint.tables)

    def identify() -> str:
        # Whether the endpoint itself may be read, and is there, is found out below.
        first = connection.endpoints[0]
        with suppress(MissingScope, NotFound):
            account.client.request("GET", first.path, scope="", query=first.parameters)
        return f"{connection.api_url}: {len(endpoints)} endpoints"

    return check_account(
        account,
        endpoints,
        identify=identify,
        sample_of=next(of_orders, ""),
        sample=_sample,
    )


def _sample(order: Mapping[str, Any]) -> str:
    """An order by its id, its time and its total; an amount that is read wrongly shows here first."""
    total = "no total" if order["total"] is None else f"{order['total'].normalize():f}"
    unit = " in the smallest unit" if order["amounts_in"] == "minor" else ""
    currency = order["currency"] or order["default_currency"]
    return f"{order['order_id']}: {total} {currency}{unit}, {order['sold_at']:%Y-%m-%d %H:%M} UTC"


CONNECTOR = Connector(
    pos="generic",
    title="Custom REST API",
    settings=GenericConnection,
    tables=TABLES,
    source=source,
    check=check,
    from_environment=from_environment,
    endpoints=endpoints_of,
    variables="GENERIC_POS",
)
