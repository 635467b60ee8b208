"""K's endpoints, as a table, and its manners."""

from collections.abc import Callable, Iterable
from datetime import datetime, time
from typing import Any

from starlette.applications import Starlette

from simulator.core.answers import Answer, Call
from simulator.core.door import Manners, Route, serve_account
from simulator.core.faults import Fault, Faults
from simulator.core.tokens import Tokens
from simulator.ledger import Ledger
from simulator.lightspeed_k.account import LightspeedKAccount
from simulator.lightspeed_k.told import told

SCOPE = "financial-api"
SECRETS = {
    "LIGHTSPEED_K_CLIENT_SECRET": "simulated-client-secret",
    "LIGHTSPEED_K_REFRESH_TOKEN": "simulated-refresh-token",
}


def create_app(
    ledger: Ledger,
    *,
    faults: Faults | None = None,
    clock: Callable[[], datetime] | None = None,
    scopes: Iterable[str] = (SCOPE,),
    start_of_day: time = time(0),
) -> Starlette:
    """Makes the application that serves what K can tell of a ledger as one client's businesses.

    Args:
        ledger: What happened.
        faults: What goes wrong; can be changed while the application serves. Default: nothing.
        clock: The vendor's time, aware; nothing that becomes visible later is told. Default: the ledger's
            end.
        scopes: What the credentials may read.
        start_of_day: When the business day begins, by each location's clock.

    Returns:
        The application. `app.state.requests` lists every `RequestSeen`, `app.state.account` is the account,
        `app.state.faults` the faults.
    """
    account = LightspeedKAccount(
        told(ledger),
        faults=faults if faults is not None else Faults(),
        now=clock or (lambda: ledger.ends_at),
        tokens=Tokens(name="lightspeed-k-access"),
        scopes=tuple(scopes),
        refresh_tokens={SECRETS["LIGHTSPEED_K_REFRESH_TOKEN"]},
        start_of_day=start_of_day,
    )
    return serve_account(account, MANNERS, routes(account))


def routes(account: LightspeedKAccount) -> tuple[Route, ...]:
    """Method, path, permission and answer of each endpoint."""
    location = "/f/v2/business-location/{id}"
    return (
        Route("POST", "/oauth/token", None, account.give_token, open=True),
        Route("GET", "/f/data/businesses", SCOPE, account.list_businesses),
        Route("GET", f"{location}/sales", SCOPE, account.list_sales),
        Route("GET", f"{location}/sales-daily", SCOPE, account.list_sales_of_day),
    )


def rate_limited(fault: Fault) -> Answer:
    """Asks to slow down. K publishes no limits."""
    return Answer({"error": "Too Many Requests"}, 429, fault.retry_after_header())


def repeat_token(call: Call, answer: Answer) -> Answer:
    """The token that was sent, handed out once more."""
    token = call.query.get("nextPageToken")
    return Answer(answer.json | {"nextPageToken": token}) if token else answer


MANNERS = Manners(
    unauthorized=lambda reason: Answer({"error": "invalid_token", "error_description": reason.value}, 401),
    forbidden=lambda scope: Answer({"error": "insufficient_scope", "scope": scope}, 403),
    not_found=lambda path: Answer({"error": "Not Found", "path": path}, 404),
    rate_limited=rate_limited,
    broken=lambda status: Answer({"error": "Internal Server Error", "status": status}, status),
    repeated=repeat_token,
    # the end of the path tells the list of sales from that of a day
    subject=lambda call: f"{call.path}?",
)


def connection(base_url: str) -> dict[str, Any]:
    """Settings of a connection to the simulator."""
    return {
        "pos": "lightspeed_k",
        "client_id": "simulated-client",
        "client_secret": "${LIGHTSPEED_K_CLIENT_SECRET}",
        "refresh_token": "${LIGHTSPEED_K_REFRESH_TOKEN}",
        "base_url": base_url,
    }
