"""Toast's endpoints, as a table, and its manners."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.applications import Starlette

from simulator.core.answers import Answer, Call
from simulator.core.door import Manners, Route, serve_account
from simulator.core.faults import Fault, Faults
from simulator.core.tokens import Tokens
from simulator.ledger import Ledger
from simulator.toast.account import ToastAccount, links, refusal, reset_at
from simulator.toast.told import told

ALL_SCOPES = (
    "restaurants:read",
    "orders:read",
    "menus:read",
    "config:read",
    "stock:read",
    "enterprise-metrics:read",
)
CLIENT_ID = "simulated-client"
SECRETS = {"TOAST_CLIENT_SECRET": "simulated-client-secret"}
REQUESTS_LEFT = "19"
RESET = "X-Toast-RateLimit-Reset"


def create_app(
    ledger: Ledger,
    *,
    faults: Faults | None = None,
    clock: Callable[[], datetime] | None = None,
    scopes: Iterable[str] = ALL_SCOPES,
    closeout_hour: int = 0,
) -> Starlette:
    """Makes the application that serves what Toast can tell of a ledger as the restaurants of one client.

    Args:
        ledger: What happened.
        faults: What goes wrong; can be changed while the application serves. Default: nothing.
        clock: The vendor's time, aware; nothing that becomes visible later is told. Default: the ledger's
            end.
        scopes: What the client may read.
        closeout_hour: The hour, 0 to 12, at which every restaurant's business day ends.

    Returns:
        The application. `app.state.requests` lists every `RequestSeen`, `app.state.account` is the account,
        `app.state.faults` the faults.
    """
    account = ToastAccount(
        told(ledger),
        faults=faults if faults is not None else Faults(),
        now=clock or (lambda: ledger.ends_at),
        tokens=Tokens(name="toast-access"),
        scopes=tuple(scopes),
        client_id=CLIENT_ID,
        client_secret=SECRETS["TOAST_CLIENT_SECRET"],
        closeout_hour=closeout_hour,
    )
    return serve_account(account, MANNERS, routes(account))


def routes(account: ToastAccount) -> tuple[Route, ...]:
    """Method, path, permission and answer of each endpoint."""
    configured = ("menuItems", "salesCategories", "diningOptions", "revenueCenters")
    return (
        Route("POST", "/authentication/v1/authentication/login", None, account.log_in, open=True),
        Route("GET", "/partners/v1/connectedRestaurants", None, account.connected_restaurants),
        Route("GET", "/restaurants/v1/restaurants/{guid}", "restaurants:read", account.get_restaurant),
        Route("GET", "/orders/v2/ordersBulk", "orders:read", account.list_orders),
        Route("GET", "/menus/v2/menus", "menus:read", account.list_menus),
        Route("GET", "/menus/v2/metadata", "menus:read", account.menu_metadata),
        *(
            Route("GET", f"/config/v2/{kind}", "config:read", account.list_configured(kind))
            for kind in configured
        ),
        Route("GET", "/stock/v1/inventory", "stock:read", account.list_stock),
        Route("POST", "/era/v1/metrics", "enterprise-metrics:read", account.order_report),
        Route("GET", "/era/v1/metrics/{guid}", "enterprise-metrics:read", account.get_report),
    )


def rate_limited(fault: Fault) -> Answer:
    """Asks to slow down. Toast tells when the limit is reset, and no Retry-After."""
    answer = refusal(429, "Too many requests.")
    return answer.with_headers({RESET: reset_at(fault.until)} if fault.until else {})


def repeat_page(call: Call, answer: Answer) -> Answer:
    """The page that was asked for, named as the next one."""
    page = int(call.query.get("page") or 1)
    return answer.with_headers({"Link": links(call, page - 1, more=True)})


def with_limit(call: Call, answer: Answer) -> Answer:
    """Every answer that is well tells how far away the nearest limit is."""
    if answer.status == 429:
        return answer.with_headers({"X-Toast-RateLimit-By": "ENDPOINT", "X-Toast-RateLimit-Remaining": "0"})
    reset = reset_at(datetime.now(UTC) + timedelta(seconds=1))
    return answer.with_headers(
        {"X-Toast-RateLimit-By": "GLOBAL", "X-Toast-RateLimit-Remaining": REQUESTS_LEFT, RESET: reset}
    )


MANNERS = Manners(
    unauthorized=lambda reason: refusal(401, f"The access token is {reason.value}."),
    forbidden=lambda scope: refusal(403, f"The client lacks the scope {scope}."),
    not_found=lambda path: refusal(404, f"Nothing is found at {path}."),
    rate_limited=rate_limited,
    broken=lambda status: refusal(status, "An unexpected error occurred."),
    repeated=repeat_page,
    dress=with_limit,
)


def connection(base_url: str) -> dict[str, Any]:
    """Settings of a connection to the simulator, which has no limit of speed."""
    return {
        "pos": "toast",
        "client_id": CLIENT_ID,
        "client_secret": "${TOAST_CLIENT_SECRET}",
        "base_url": base_url,
        "requests_per_second": 1000,
    }
