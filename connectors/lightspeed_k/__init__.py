"""Lightspeed Restaurant K-Series, financial API: closed accounts with lines and payments, business locations.

Endpoint → raw tables (all of `schema.py`):

| endpoint | tables | read by |
|---|---|---|
| `GET /f/data/businesses` | `businesses`, `locations` | whole, every run |
| `GET /f/v2/business-location/{id}/sales` | `sales`, `sale_*` | windows of `timeClosed`, each location |
| `GET /f/v2/business-location/{id}/sales-daily` | `business_days` | the last seven days, every run |
| `GET …/sales` for each of these days that is not complete | `sales`, `sale_*` | every run |

K knows one time of an account, `timeClosed`; nothing tells of a change. What arrives late is found because
every run reads the last days once more, and because `dataComplete` says of which days something is still to
come.
Lists end with the answer that has no `nextPageToken`; the businesses are counted by pages, from 0.
"""

from collections.abc import Iterator

from dlt.extract.source import DltSource

from connectors.core.checking import CHECK_ATTEMPTS, check_account
from connectors.core.connector import Connector, Finding, Request
from connectors.core.endpoints import api_source
from connectors.lightspeed_k.account import LightspeedKAccount
from connectors.lightspeed_k.endpoints import ENDPOINTS
from connectors.lightspeed_k.schema import SALES, TABLES
from connectors.lightspeed_k.settings import LightspeedKConnection, from_environment


def source(connection: LightspeedKConnection, request: Request) -> DltSource:
    """The account's endpoints as a dlt source, for one request."""
    return api_source("lightspeed_k", ENDPOINTS, LightspeedKAccount(connection), request)


def check(connection: LightspeedKConnection) -> Iterator[Finding]:
    """Tries the token and the locations, then each endpoint, and shows one account by its id and time."""
    account = LightspeedKAccount(connection, attempts=CHECK_ATTEMPTS)
    return check_account(
        account,
        ENDPOINTS,
        identify=lambda: f"{connection.url}: {len(account.locations):,} business locations",
        sample_of=SALES.name,
        sample=lambda sale: f"{sale['id']}: {sale['type']}, closed {sale['closed_at']:%Y-%m-%d %H:%M} UTC",
    )


CONNECTOR = Connector(
    pos="lightspeed_k",
    title="Lightspeed Restaurant K-Series",
    settings=LightspeedKConnection,
    tables=TABLES,
    source=source,
    check=check,
    from_environment=from_environment,
    endpoints=ENDPOINTS,
)
