"""The API's endpoints, as a table, and its manners."""

import base64
from collections.abc import Callable, Iterable
from datetime import datetime

from starlette.applications import Starlette

from simulator.core.answers import Answer, Call
from simulator.core.door import Manners, Route, serve_account
from simulator.core.faults import Faults
from simulator.core.tokens import Tokens
from simulator.generic.account import GenericAccount, refusal
from simulator.generic.shape import API_KEY, PASSWORD, USERNAME, Shape
from simulator.ledger import Ledger

ALL_SCOPES = ("orders", "returns", "refunds", "payments", "products", "stock", "stores")
HEADERS = {
    "bearer": ("Authorization", "Bearer "),
    "header": ("X-Api-Key", ""),
    "basic": ("Authorization", "Basic "),
    "oauth": ("Authorization", "Bearer "),
}
"""Where a token is looked for, by the way of signing."""
FIXED_TOKENS = {
    "bearer": (API_KEY,),
    "header": (API_KEY,),
    "basic": (base64.b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode(),),
    "oauth": (),
}


def create_app(
    ledger: Ledger,
    *,
    faults: Faults | None = None,
    clock: Callable[[], datetime] | None = None,
    scopes: Iterable[str] = ALL_SCOPES,
    shape: Shape | None = None,
) -> Starlette:
    """Makes the application that serves a ledger as one account of a custom API.

    Args:
        ledger: What happened.
        faults: What goes wrong; can be changed while the application serves. Default: nothing.
        clock: The vendor's time, aware; nothing that becomes visible later is told. Default: the ledger's
            end.
        scopes: What the credentials may read.
        shape: How the API behaves.

    Returns:
        The application. `app.state.requests` lists every `RequestSeen`, `app.state.account` is the account,
        `app.state.faults` the faults.
    """
    shape = shape or Shape()
    account = GenericAccount(
        ledger,
        faults=faults if faults is not None else Faults(),
        now=clock or (lambda: ledger.ends_at),
        tokens=Tokens(FIXED_TOKENS[shape.auth], name="simulated-access"),
        scopes=tuple(scopes),
        shape=shape,
    )
    return serve_account(account, manners(shape), routes(account))


def routes(account: GenericAccount) -> tuple[Route, ...]:
    """Method, path, permission and answer of each endpoint."""
    lists = {
        "orders": account.list_orders,
        "returns": account.list_returns,
        "refunds": account.list_refunds,
        "payments": account.list_payments,
        "products": account.list_products,
        "stock": account.list_stock,
        "stores": account.list_stores,
    }
    return (
        Route("POST", "/oauth/token", None, account.give_token, open=True),
        *(Route("GET", f"/v1/{name}", name, handler) for name, handler in lists.items()),
    )


def manners(shape: Shape) -> Manners:
    """How the API refuses."""
    header, prefix = HEADERS[shape.auth]

    def repeated(call: Call, answer: Answer) -> Answer:
        """The cursor that was sent, handed out once more."""
        cursor = call.query.get("cursor")
        return Answer(answer.json | {"next": cursor}) if cursor else answer

    return Manners(
        unauthorized=lambda reason: refusal(401, f"TOKEN_{reason.name}"),
        forbidden=lambda scope: refusal(403, "MISSING_PERMISSION", permission=scope),
        not_found=lambda path: refusal(404, "NOT_FOUND"),
        rate_limited=lambda fault: refusal(429, "SLOW_DOWN").with_headers(fault.retry_after_header()),
        broken=lambda status: refusal(status, "INTERNAL_ERROR"),
        repeated=repeated,
        header=header,
        prefix=prefix,
    )
