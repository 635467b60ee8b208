"""Toast: orders with checks, selections, payments and refunds; menus, configuration, stock, daily totals.

Endpoint → raw tables (all of `schema.py`); every one but the last is asked for each restaurant by itself:

| endpoint | tables | read by |
|---|---|---|
| `GET /restaurants/v1/restaurants/{guid}` | `restaurants` | whole, every run |
| `GET /orders/v2/ordersBulk` | `orders`, `checks`, `selections` and their lists, `payments` | windows |
| `GET /menus/v2/menus` | `menu_items`, `modifier_options` | whole, every run |
| `GET /config/v2/menuItems` | `configured_items` | whole, every run |
| `GET /config/v2/salesCategories`, `diningOptions`, `revenueCenters` | of the same names | whole, every run |
| `GET /stock/v1/inventory` | `stock`, `stock_readings` | whole, every run |
| `POST /era/v1/metrics`, then `GET /era/v1/metrics/{report}` | `daily_totals` | the last 92 days, every run |

`ordersBulk` is read by windows of `modifiedDate` (at most 30 days at once); a first load and a backfill read
it by business date instead, day by day, by each restaurant's own clock and `closeoutHour`. Its pages are
numbered from 1 and end when the header `Link` names no next one; a list of the configuration ends when the
header `Toast-Next-Page-Token` is missing. Menus are walked through to any depth (`menus.py`).

One login gives a token for a day, which is kept on disk: Toast allows two logins an hour.
"""

from collections.abc import Iterator

from dlt.extract.source import DltSource

from connectors.core.checking import CHECK_ATTEMPTS, check_account
from connectors.core.connector import Connector, Finding, Request
from connectors.core.endpoints import api_source
from connectors.toast.account import ToastAccount
from connectors.toast.endpoints import ENDPOINTS
from connectors.toast.schema import ORDERS, TABLES
from connectors.toast.settings import ToastConnection, from_environment


def source(connection: ToastConnection, request: Request) -> DltSource:
    """The client's endpoints as a dlt source, for one request."""
    return api_source("toast", ENDPOINTS, ToastAccount(connection), request)


def check(connection: ToastConnection) -> Iterator[Finding]:
    """Tries the login and the restaurants, then each endpoint, and shows one order by its id and day."""
    account = ToastAccount(connection, attempts=CHECK_ATTEMPTS)
    return check_account(
        account,
        ENDPOINTS,
        identify=lambda: f"{connection.url}: {len(account.restaurants):,} restaurants",
        sample_of=ORDERS.name,
        sample=lambda order: f"{order['guid']} of {order['business_date']}",
    )


CONNECTOR = Connector(
    pos="toast",
    title="Toast",
    settings=ToastConnection,
    tables=TABLES,
    source=source,
    check=check,
    from_environment=from_environment,
    endpoints=ENDPOINTS,
)
