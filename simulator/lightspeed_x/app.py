"""X's endpoints, as a table, and its manners."""

from collections.abc import Callable, Iterable
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from starlette.applications import Starlette

from simulator.core.answers import Answer, Call, Refusal
from simulator.core.door import Manners, Route, serve_account
from simulator.core.faults import Fault, Faults
from simulator.core.tokens import Tokens
from simulator.ledger import Ledger
from simulator.lightspeed_x.account import LightspeedXAccount
from simulator.lightspeed_x.told import told

ALL_SCOPES = (
    "sales:read",
    "products:read",
    "inventory:read",
    "suppliers:read",
    "consignments:read",
    "outlets:read",
    "retailer:read",
    "customers:read",
)
SECRETS = {
    "LIGHTSPEED_X_CLIENT_SECRET": "simulated-client-secret",
    "LIGHTSPEED_X_REFRESH_TOKEN": "simulated-refresh-token",
}
PERSONAL_TOKEN = "lsxs_pt_simulated"  # noqa: S105  # opens nothing but the simulator
REQUESTS_PER_WINDOW = "350"


def create_app(
    ledger: Ledger,
    *,
    faults: Faults | None = None,
    clock: Callable[[], datetime] | None = None,
    scopes: Iterable[str] = ALL_SCOPES,
) -> Starlette:
    """Makes the application that serves what X can tell of a ledger as one retailer's account.

    Args:
        ledger: What happened.
        faults: What goes wrong; can be changed while the application serves. Default: nothing.
        clock: The vendor's time, aware; nothing that becomes visible later is told. Default: the ledger's
            end.
        scopes: What the credentials may read.

    Returns:
        The application. `app.state.requests` lists every `RequestSeen`, `app.state.account` is the account,
        `app.state.faults` the faults.
    """
    account = LightspeedXAccount(
        told(ledger),
        faults=faults if faults is not None else Faults(),
        now=clock or (lambda: ledger.ends_at),
        tokens=Tokens([PERSONAL_TOKEN], name="lightspeed-x-access"),
        scopes=tuple(scopes),
        refresh_tokens={SECRETS["LIGHTSPEED_X_REFRESH_TOKEN"]},
    )
    return serve_account(account, MANNERS, routes(account))


def routes(account: LightspeedXAccount) -> tuple[Route, ...]:
    """Method, path, permission and answer of each endpoint."""
    api = "/api/2.0"
    consignment_products = f"{api}/consignments/{{id}}/products"
    return (
        Route("POST", "/api/1.0/token", None, account.give_token, open=True),
        Route("GET", f"{api}/sales", "sales:read", account.list_sales),
        Route("GET", f"{api}/search", "sales:read", account.search),
        Route("GET", f"{api}/products", "products:read", account.list_products),
        Route("GET", f"{api}/inventory", "inventory:read", account.list_stock),
        Route("GET", f"{api}/suppliers", "suppliers:read", account.list_suppliers),
        Route("GET", f"{api}/outlets", "outlets:read", account.list_outlets),
        Route("GET", f"{api}/retailer", "retailer:read", account.get_retailer),
        Route("GET", f"{api}/consignments", "consignments:read", account.list_consignments),
        Route("GET", consignment_products, "consignments:read", account.list_consignment_products),
    )


def refusal(status: int, error: str, message: str) -> Answer:
    """X's form of a refusal."""
    return Answer({"error": error, "message": message}, status)


def rate_limited(fault: Fault) -> Answer:
    """Asks to slow down. X tells the end of the wait as an HTTP date, never as seconds."""
    answer = refusal(429, "Too Many Requests", "Rate limiting enforced")
    return answer.with_headers(
        {"Retry-After": format_datetime(fault.until, usegmt=True)} if fault.until else {}
    )


def repeat_version(call: Call, answer: Answer) -> Answer:
    """The version that was sent, handed out once more."""
    after = call.query.get("after")
    return Answer(answer.json | {"version": {"min": int(after), "max": int(after)}}) if after else answer


def named_itself(call: Call) -> None:
    """X wants to know who asks."""
    agent = call.headers.get("user-agent", "")
    if not agent or agent.startswith("python-requests"):
        raise Refusal(refusal(400, "Bad Request", "A User-Agent that names the application is required"))


def with_limit(call: Call, answer: Answer) -> Answer:
    """Every answer tells the state of the limit."""
    remaining = "0" if answer.status == 429 else REQUESTS_PER_WINDOW
    return answer.with_headers({"X-RateLimit-Limit": REQUESTS_PER_WINDOW, "X-RateLimit-Remaining": remaining})


MANNERS = Manners(
    unauthorized=lambda reason: refusal(401, "Unauthorized", f"The access token is {reason.value}."),
    forbidden=lambda scope: refusal(403, "Forbidden", f"Missing scope {scope}"),
    not_found=lambda path: refusal(404, "Not Found", f"No route for {path}"),
    rate_limited=rate_limited,
    broken=lambda status: refusal(status, "Server Error", "Something went wrong"),
    repeated=repeat_version,
    admit=named_itself,
    dress=with_limit,
)


def connection(base_url: str) -> dict[str, Any]:
    """Settings of a connection to the simulator."""
    return {
        "pos": "lightspeed_x",
        "domain_prefix": "simulated",
        "client_id": "simulated-client",
        "client_secret": "${LIGHTSPEED_X_CLIENT_SECRET}",
        "refresh_token": "${LIGHTSPEED_X_REFRESH_TOKEN}",
        "base_url": base_url,
    }
