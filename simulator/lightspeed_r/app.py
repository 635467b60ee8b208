"""R's endpoints, as a table, and its manners."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from starlette.applications import Starlette

from simulator.core.answers import Answer, Call
from simulator.core.door import Manners, Route, serve_account
from simulator.core.faults import Faults
from simulator.core.tokens import Tokens
from simulator.ledger import Ledger
from simulator.lightspeed_r import errors
from simulator.lightspeed_r.account import RESOURCES, RetailAccount, named_again
from simulator.lightspeed_r.bucket import Bucket
from simulator.lightspeed_r.login import Login
from simulator.lightspeed_r.told import told

CLIENT_ID = "simulated-client-id"
CLIENT_SECRET = "simulated-client-secret"  # noqa: S105  # opens nothing but the simulator
REFRESH_TOKEN = "simulated-refresh-token"  # noqa: S105
ALL_SCOPES = tuple(dict.fromkeys(resource.scope for resource in RESOURCES))
REGISTERS = 2000
"""So many that no test and no demo has to wait; a merchant with one register gets a request a second."""


def create_app(
    ledger: Ledger,
    *,
    faults: Faults | None = None,
    clock: Callable[[], datetime] | None = None,
    scopes: Iterable[str] = ALL_SCOPES,
    registers: int = REGISTERS,
) -> Starlette:
    """Makes the application that serves a ledger as one Retail R-Series account.

    Args:
        ledger: What happened; what R can tell of it is served.
        faults: What goes wrong; can be changed while the application serves. Default: nothing.
        clock: The vendor's time, aware; nothing that becomes visible later is told. Default: the ledger's
            end.
        scopes: What the tokens may read.
        registers: How many the merchant has: they make the leaky bucket larger and faster.

    Returns:
        The application, with `app.state.requests`, `.account` and `.faults`.
    """
    tokens = Tokens(name="simulated-access-token")
    account = RetailAccount(
        told(ledger),
        faults=faults if faults is not None else Faults(),
        now=clock or (lambda: ledger.ends_at),
        tokens=tokens,
        scopes=tuple(scopes),
        login=Login(CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, tokens),
        bucket=Bucket(registers),
    )
    return serve_account(account, manners(account), routes(account))


def routes(account: RetailAccount) -> tuple[Route, ...]:
    """Method, path, permission and answer of each endpoint."""
    base = "/API/V3/Account"
    return (
        Route("POST", "/auth/oauth/token", None, account.login.answer, open=True),
        Route("GET", f"{base}.json", None, account.list_accounts),
        Route("GET", base + "/{account_id}.json", None, account.get_account),
        *(
            Route(
                "GET",
                base + "/{account_id}/" + f"{resource.path or resource.name}.json",
                resource.scope,
                account.list_of(resource),
            )
            for resource in RESOURCES
        ),
    )


def manners(account: RetailAccount) -> Manners:
    """How R behaves; every answer of the API tells how full the bucket is."""

    def dress(call: Call, answer: Answer) -> Answer:
        if not call.path.startswith("/API/"):
            return answer
        return answer.with_headers(account.bucket.headers(account.cost(call)))

    return Manners(
        unauthorized=errors.unauthorized,
        forbidden=errors.forbidden,
        not_found=errors.not_found,
        rate_limited=errors.rate_limited,
        broken=errors.broken,
        repeated=named_again,
        admit=account.admit,
        dress=dress,
    )


def connection(base_url: str) -> dict[str, Any]:
    """Settings of a connection to the simulator."""
    return {
        "pos": "lightspeed_r",
        "client_id": CLIENT_ID,
        "client_secret": "${LIGHTSPEED_R_CLIENT_SECRET}",
        "refresh_token": "${LIGHTSPEED_R_REFRESH_TOKEN}",
        "base_url": base_url,
    }
