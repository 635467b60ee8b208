"""Shopify's addresses and manners."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette

from simulator.core.answers import Answer, Call, Json
from simulator.core.door import Manners, Route, serve_account
from simulator.core.faults import Faults
from simulator.core.tokens import Tokens
from simulator.ledger import Ledger
from simulator.shopify import answers
from simulator.shopify.account import ALL_SCOPES, SHOP, ShopifyAccount
from simulator.shopify.cost import Bucket
from simulator.shopify.served import answer_to
from simulator.shopify.told import told

VERSION = "2026-10"
ACCESS_TOKEN = "shpat_simulated"  # noqa: S105  # opens nothing but the simulator
CLIENT_ID, CLIENT_SECRET = "simulated-client", "shpss_simulated"
LOGIN_LASTS = timedelta(seconds=86_399)
OPERATION = re.compile(r"\b(?:query|mutation)\s+(\w+)")
PLANS = {"standard": (2_000.0, 100.0), "plus": (20_000.0, 1_000.0)}
"""Points that the bucket holds, and that come back in a second."""


def create_app(
    ledger: Ledger,
    *,
    scopes: Iterable[str] = ALL_SCOPES,
    faults: Faults | None = None,
    clock: Callable[[], datetime] | None = None,
    plan: str = "plus",
) -> Starlette:
    """Makes the application that serves what of a ledger a shop can tell.

    Args:
        ledger: What happened.
        scopes: What the app may read.
        faults: What goes wrong; can be changed while the application serves. Default: nothing.
        clock: The vendor's time, aware; nothing that becomes visible later is told. Default: the ledger's
            end.
        plan: The shop's plan, which says how many points its apps have.

    Returns:
        The application. `app.state.requests` lists every `RequestSeen`, `app.state.account` is the account,
        `app.state.faults` the faults.
    """
    account = ShopifyAccount(
        told(ledger),
        faults=faults if faults is not None else Faults(),
        now=clock or (lambda: ledger.ends_at),
        tokens=Tokens([ACCESS_TOKEN], name="shpat_granted"),
        scopes=tuple(scopes),
        bucket=Bucket(*PLANS[plan]),
    )
    desk = Desk(account)
    return serve_account(
        account,
        MANNERS,
        (
            Route("POST", f"/admin/api/{VERSION}/graphql.json", None, desk.graphql),
            Route("POST", "/admin/oauth/access_token", None, desk.login, open=True),
            Route("GET", "/files/{name}", None, desk.file, open=True),
        ),
    )


@dataclass(frozen=True)
class Desk:
    """What is answered at each address."""

    account: ShopifyAccount

    def graphql(self, call: Call) -> Answer:
        """A GraphQL request."""
        asked = asked_of(call)
        query, variables = asked.get("query"), asked.get("variables") or {}
        if not isinstance(query, str) or not isinstance(variables, dict):
            return Answer({"errors": {"query": "Required parameter missing or invalid"}}, status=400)
        answer = answer_to(self.account, query, variables, elsewhere(call.url))
        return Answer(answer, headers={"X-Shopify-API-Version": VERSION})

    def login(self, call: Call) -> Answer:
        """A token for a day, for an app's own credentials."""
        form = call.form()
        if form.get("grant_type") != "client_credentials":
            return refused("unsupported_grant_type", "The grant type is not served.")
        if form.get("client_id") != CLIENT_ID or form.get("client_secret") != CLIENT_SECRET:
            return refused("invalid_client", "The client's credentials are wrong.")
        token = self.account.tokens.hand_out(call.now, LOGIN_LASTS)
        lasts = int(LOGIN_LASTS.total_seconds())
        return Answer({"access_token": token, "scope": ",".join(self.account.scopes), "expires_in": lasts})

    def file(self, call: Call) -> Answer:
        """The file of a bulk operation."""
        number = call.place["name"].removeprefix("bulk-").removesuffix(".jsonl")
        operation = self.account.exports.get(f"gid://shopify/BulkOperation/{number}", {})
        if "file" not in operation:
            return Answer(b"<Error><Code>NoSuchKey</Code></Error>", 404, media_type="application/xml")
        return Answer(operation["file"], media_type="application/jsonl")


def asked_of(call: Call) -> Json:
    """The body of a request."""
    try:
        asked = json.loads(call.body)
    except ValueError:
        return {}
    return asked if isinstance(asked, dict) else {}


def elsewhere(url: str) -> str:
    """Where files are kept: another host than the shop's, as at Shopify."""
    return f"http://localhost:{urlsplit(url).port}"


def refused(error: str, description: str) -> Answer:
    """A login that fails."""
    return Answer({"error": error, "error_description": description}, status=400)


def subject(call: Call) -> str:
    """The address and the name of the query: all queries have one address."""
    named = OPERATION.search(str(asked_of(call).get("query", "")))
    return f"{call.path} {named[1]}" if named else call.path


def repeat_page(call: Call, answer: Answer) -> Answer:
    """The cursor that was sent, handed out once more."""
    after = (asked_of(call).get("variables") or {}).get("after")
    told = answer.json
    data = told.get("data") if isinstance(told, dict) else None
    for found in (data or {}).values() if after else ():
        if isinstance(found, dict) and "pageInfo" in found:
            found["pageInfo"] = {"hasNextPage": True, "endCursor": after}
    return Answer(told, headers=answer.headers)


MANNERS = Manners(
    unauthorized=answers.unauthorized,
    forbidden=answers.forbidden,
    not_found=answers.not_found,
    rate_limited=answers.rate_limited,
    broken=answers.broken,
    repeated=repeat_page,
    header="X-Shopify-Access-Token",
    prefix="",
    subject=subject,
)


def connection(base_url: str) -> dict[str, Any]:
    """Settings of a connection to the simulator."""
    return {
        "pos": "shopify",
        "shop_domain": SHOP,
        "client_id": CLIENT_ID,
        "client_secret": "${SHOPIFY_CLIENT_SECRET}",
        "base_url": base_url,
    }
