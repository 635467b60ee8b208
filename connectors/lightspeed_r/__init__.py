"""Lightspeed Retail R-Series: sales, items, stock, suppliers and purchase orders.

Endpoint → raw tables (all of `schema.py`); paths stand below `/API/V3/Account/{accountID}`:

| endpoint | tables | read by |
|---|---|---|
| `GET Sale.json` | `sales` and `sale_*` | windows of `updatetime` |
| `GET InventoryLog.json` | `inventory_logs` | forward by `inventoryLogID` |
| `GET Shop.json`, `PaymentType.json` | `shops`, `payment_types` | whole, every run, archived ones included |
| `GET Item.json` | `items`, `item_prices` | whole, every run, archived ones included |
| `GET Category.json`, `Vendor.json` | `categories`, `vendors` | whole, every run |
| `GET ItemShop.json` | `item_shops` | whole, every run |
| `GET Order.json` | `purchase_orders`, `purchase_order_lines` | whole, every run, archived ones included |
| `GET Shipment.json` | `shipments` | whole, every run |

A first load and a backfill read sales by windows of `timeStamp`, the time of completion, instead.

Every list ends with the answer whose `@attributes.next` is empty; until then it is the whole URL of the next
page, which goes back as it came. An answer without records does not name them at all.
"""

from collections.abc import Iterator

from dlt.extract.source import DltSource

from connectors.core.checking import CHECK_ATTEMPTS, check_account
from connectors.core.connector import Connector, Finding, Request
from connectors.core.endpoints import api_source
from connectors.lightspeed_r.account import LightspeedRAccount
from connectors.lightspeed_r.endpoints import ENDPOINTS
from connectors.lightspeed_r.schema import SALES, TABLES
from connectors.lightspeed_r.settings import LightspeedRConnection, from_environment


def source(connection: LightspeedRConnection, request: Request) -> DltSource:
    """The account's endpoints as a dlt source, for one request."""
    return api_source("lightspeed_r", ENDPOINTS, LightspeedRAccount(connection), request)


def check(connection: LightspeedRConnection) -> Iterator[Finding]:
    """Tries the tokens, then each endpoint, and shows one sale by its id and amount."""
    account = LightspeedRAccount(connection, attempts=CHECK_ATTEMPTS)
    return check_account(
        account,
        ENDPOINTS,
        identify=lambda: f"{connection.api_url}: account {account.account_id}, {account.currency}",
        sample_of=SALES.name,
        sample=lambda sale: f"{sale['id']}: {sale['displayable_total'].normalize():f} {account.currency}",
    )


CONNECTOR = Connector(
    pos="lightspeed_r",
    title="Lightspeed Retail R-Series",
    settings=LightspeedRConnection,
    tables=TABLES,
    source=source,
    check=check,
    from_environment=from_environment,
    endpoints=ENDPOINTS,
)
