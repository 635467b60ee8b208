"""Square's endpoints, as a table, and its manners."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from starlette.applications import Starlette

from simulator.core.answers import Answer, Call
from simulator.core.door import Manners, Route, serve_account
from simulator.core.faults import Faults
from simulator.core.tokens import Tokens
from simulator.ledger import Ledger
from simulator.square import errors
from simulator.square.account import SquareAccount, asked_of

ALL_SCOPES = (
    "MERCHANT_PROFILE_READ",
    "ORDERS_READ",
    "PAYMENTS_READ",
    "ITEMS_READ",
    "INVENTORY_READ",
    "VENDOR_READ",
    "REPORTING_READ",
)
ACCESS_TOKEN = "simulated-access-token"  # noqa: S105  # opens nothing but the simulator


def create_app(
    ledger: Ledger,
    *,
    access_token: str = ACCESS_TOKEN,
    scopes: Iterable[str] = ALL_SCOPES,
    faults: Faults | None = None,
    clock: Callable[[], datetime] | None = None,
) -> Starlette:
    """Makes the application that serves a ledger as one Square account.

    Args:
        ledger: What happened.
        access_token: The only token that is accepted.
        scopes: What the token may read.
        faults: What goes wrong; can be changed while the application serves. Default: nothing.
        clock: The vendor's time, aware; nothing that becomes visible later is told. Default: the ledger's
            end.

    Returns:
        The application. `app.state.requests` lists every `RequestSeen`, `app.state.account` is the account,
        `app.state.faults` the faults.
    """
    account = SquareAccount(
        ledger,
        faults=faults if faults is not None else Faults(),
        now=clock or (lambda: ledger.ends_at),
        tokens=Tokens([access_token]),
        scopes=tuple(scopes),
    )
    return serve_account(account, MANNERS, routes(account))


def routes(account: SquareAccount) -> tuple[Route, ...]:
    """Method, path, permission and answer of each endpoint."""
    return (
        Route("POST", "/oauth2/token/status", None, account.token_status),
        Route("GET", "/v2/locations", "MERCHANT_PROFILE_READ", account.list_locations),
        Route("GET", "/v2/locations/{id}", "MERCHANT_PROFILE_READ", account.get_location),
        Route("POST", "/v2/orders/search", "ORDERS_READ", account.search_orders),
        Route("POST", "/v2/orders/batch-retrieve", "ORDERS_READ", account.retrieve_orders),
        Route("GET", "/v2/orders/{id}", "ORDERS_READ", account.get_order),
        Route("GET", "/v2/payments", "PAYMENTS_READ", account.list_payments),
        Route("GET", "/v2/payments/{id}", "PAYMENTS_READ", account.get_payment),
        Route("GET", "/v2/refunds", "PAYMENTS_READ", account.list_refunds),
        Route("GET", "/v2/refunds/{id}", "PAYMENTS_READ", account.get_refund),
        Route("GET", "/v2/catalog/list", "ITEMS_READ", account.list_catalog),
        Route("POST", "/v2/catalog/search", "ITEMS_READ", account.search_catalog),
        Route("POST", "/v2/inventory/counts/batch-retrieve", "INVENTORY_READ", account.retrieve_counts),
        Route("POST", "/v2/inventory/changes/batch-retrieve", "INVENTORY_READ", account.retrieve_changes),
        Route("POST", "/v2/vendors/search", "VENDOR_READ", account.search_vendors),
        Route("POST", "/reporting/v1/load", "REPORTING_READ", account.load_report),
    )


def repeat_cursor(call: Call, answer: Answer) -> Answer:
    """The cursor that was sent, handed out once more."""
    cursor = asked_of(call).get("cursor")
    return Answer(answer.json | {"cursor": cursor}) if cursor else answer


MANNERS = Manners(
    unauthorized=lambda reason: errors.unauthorized(reason).answer,
    forbidden=lambda scope: errors.insufficient_scopes(scope).answer,
    not_found=lambda path: errors.not_found(f"resource {path}").answer,
    rate_limited=errors.rate_limited,
    broken=errors.broken,
    repeated=repeat_cursor,
)


def connection(base_url: str) -> dict[str, Any]:
    """Settings of a connection to the simulator."""
    return {"pos": "square", "access_token": "${SQUARE_ACCESS_TOKEN}", "base_url": base_url}
