"""Clover's endpoints, as a table, and its manners."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from starlette.applications import Starlette

from simulator.clover import errors
from simulator.clover.account import CloverAccount
from simulator.clover.told import MERCHANT_ID, told
from simulator.core.answers import Answer, Call, Refusal
from simulator.core.door import Manners, Route, serve_account
from simulator.core.faults import Faults
from simulator.core.tokens import Tokens
from simulator.ledger import Ledger

ALL_SCOPES = ("MERCHANT_R", "ORDERS_R", "PAYMENTS_R", "INVENTORY_R", "CUSTOMERS_R")
ACCESS_TOKEN = "simulated-clover-token"  # noqa: S105  # opens nothing but the simulator
"""The merchant's own token; it is also the first refresh token of the app that the merchant has approved."""
CLIENT_ID = "CLOVERAPP0001"


def create_app(
    ledger: Ledger,
    *,
    faults: Faults | None = None,
    clock: Callable[[], datetime] | None = None,
    scopes: Iterable[str] = ALL_SCOPES,
) -> Starlette:
    """Makes the application that serves what Clover can tell of a ledger, as one merchant.

    Args:
        ledger: What happened.
        faults: What goes wrong; can be changed while the application serves. Default: nothing.
        clock: The vendor's time, aware; nothing that becomes visible later is told. Default: the ledger's
            end.
        scopes: What the tokens may read.

    Returns:
        The application, with `app.state.requests`, `.account` and `.faults`.
    """
    account = CloverAccount(
        told(ledger),
        faults=faults if faults is not None else Faults(),
        now=clock or (lambda: ledger.ends_at),
        tokens=Tokens([ACCESS_TOKEN], name="clover-access"),
        scopes=tuple(scopes),
        client_id=CLIENT_ID,
        refresh_token=ACCESS_TOKEN,
    )
    return serve_account(account, MANNERS, routes(account))


def routes(account: CloverAccount) -> tuple[Route, ...]:
    """Method, path, permission and answer of each endpoint."""
    merchant = "/v3/merchants/{merchant}"
    return (
        Route("POST", "/oauth/v2/refresh", None, account.refresh, open=True),
        Route("GET", merchant, "MERCHANT_R", account.merchant),
        Route("GET", f"{merchant}/properties", "MERCHANT_R", account.properties),
        Route("GET", f"{merchant}/tenders", "MERCHANT_R", account.tenders),
        Route("GET", f"{merchant}/orders", "ORDERS_R", customers_apart(account)),
        Route("GET", f"{merchant}/orders/{{order}}", "ORDERS_R", account.order),
        Route("GET", f"{merchant}/orders/{{order}}/line_items", "ORDERS_R", account.line_items),
        Route("GET", f"{merchant}/order_types", "ORDERS_R", account.order_types),
        Route("GET", f"{merchant}/payments", "PAYMENTS_R", account.list_payments),
        Route("GET", f"{merchant}/refunds", "PAYMENTS_R", account.list_refunds),
        Route("GET", f"{merchant}/credits", "PAYMENTS_R", account.list_credits),
        Route("GET", f"{merchant}/items", "INVENTORY_R", account.items),
        Route("GET", f"{merchant}/item_stocks", "INVENTORY_R", account.item_stocks),
    )


def customers_apart(account: CloverAccount) -> Callable[[Call], Answer]:
    """The list of orders; its customers are another permission's."""

    def list_orders(call: Call) -> Answer:
        if "customers" in call.query.get("expand", "") and "CUSTOMERS_R" not in account.scopes:
            raise Refusal(errors.forbidden("CUSTOMERS_R"))
        return account.list_orders(call)

    return list_orders


def of_this_merchant(call: Call) -> None:
    """A token opens its own merchant only."""
    if call.place.get("merchant") != MERCHANT_ID:
        raise Refusal(errors.forbidden(""))


MANNERS = Manners(
    unauthorized=errors.unauthorized,
    forbidden=errors.forbidden,
    not_found=errors.not_found,
    rate_limited=errors.rate_limited,
    broken=errors.broken,
    admit=of_this_merchant,
    subject=lambda call: f"{call.path}?expand={call.query.get('expand', '')}",
)


def connection(base_url: str) -> dict[str, Any]:
    """A connection to the simulator, as it stands in `connections.yaml`."""
    return {
        "pos": "clover",
        "merchant_id": MERCHANT_ID,
        "access_token": "${CLOVER_ACCESS_TOKEN}",
        "base_url": base_url,
    }
