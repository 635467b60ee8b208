"""A Shopify shop while it is read: how it is reached, what its app may read, how much there is."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from connectors.core.answers import Answer, Fault, FaultKind
from connectors.core.auth import HeaderAuth, NoAuth
from connectors.core.connector import Window
from connectors.core.errors import DataFormatError
from connectors.core.http import ATTEMPTS, HttpClient
from connectors.core.tokens import Grant, TokenKeeper
from connectors.shopify import queries
from connectors.shopify.cost import CostBucket, cost_of
from connectors.shopify.settings import API_VERSION, MOST_BY_PAGES, ShopifyConnection

GRAPHQL = f"/admin/api/{API_VERSION}/graphql.json"
TOKENS = "/admin/oauth/access_token"
ALL_ORDERS = "read_all_orders"
FAULTS = {
    "THROTTLED": FaultKind.THROTTLED,
    "ACCESS_DENIED": FaultKind.DENIED,
    "INTERNAL_SERVER_ERROR": FaultKind.BROKEN,
    "TIMEOUT": FaultKind.BROKEN,
}
NO_CODE = "GRAPHQL_ERROR"
NO_SUCH_SHOP = 404


@dataclass(frozen=True)
class ShopifyAccount:
    """One shop.

    Attributes:
        connection: Its settings.
        attempts: How often a request is tried.
    """

    connection: ShopifyConnection
    attempts: int = ATTEMPTS
    _counts: dict[str, int] = field(default_factory=dict)

    @cached_property
    def client(self) -> HttpClient:
        """Signs with the token, paces by the cost that Shopify tells, finds the errors inside HTTP 200."""
        connection = self.connection
        keeper = self._keeper if connection.client_secret else None
        token = keeper.access_token if keeper else connection.access_token.get_secret_value  # type: ignore[union-attr]
        return self._client(
            auth=HeaderAuth("X-Shopify-Access-Token", token),
            renew=keeper.renew if keeper else None,
            pace=CostBucket(),
            fault_in=fault_in,
        )

    def _client(self, **how: Any) -> HttpClient:
        return HttpClient(
            subject=f"Shopify (connection {self.connection.id})",
            base_url=self.connection.url,
            headers={},
            credentials_advice=(
                "Check that SHOPIFY_SHOP_DOMAIN is the shop's myshopify.com address, and that the token (or "
                "the app's client id and secret) belongs to an app that is installed in that shop."
            ),
            error_code=lambda body: body["error"].upper(),
            attempts=self.attempts,
            refusals=(400, 401, NO_SUCH_SHOP) if how.get("auth").__class__ is NoAuth else (401, NO_SUCH_SHOP),
            **how,
        )

    @cached_property
    def _keeper(self) -> TokenKeeper:
        """Keeps the token of 24 hours between runs."""
        connection = self.connection
        return TokenKeeper(
            connection.token_file,
            credentials=f"{connection.url} {connection.client_id} {self._secret}",
            obtain=self._grant,
            subject=f"Shopify (connection {connection.id})",
        )

    @property
    def _secret(self) -> str:
        return self.connection.client_secret.get_secret_value() if self.connection.client_secret else ""

    def _grant(self, last: Grant | None) -> Grant:
        """Asks for a token; there is nothing to refresh one with."""
        form = {
            "client_id": self.connection.client_id or "",
            "client_secret": self._secret,
            "grant_type": "client_credentials",
        }
        answer = self._client(auth=NoAuth()).request("POST", TOKENS, scope="", form=form)
        try:
            granted = json.loads(answer.content)
            lives = timedelta(seconds=int(granted["expires_in"]))
            return Grant(str(granted["access_token"]), datetime.now(UTC) + lives)
        except (ValueError, KeyError, TypeError):
            raise DataFormatError(
                f"Shopify (connection {self.connection.id}) answered a login with something that is no "
                "token. Check SHOPIFY_SHOP_DOMAIN."
            ) from None

    def ask(self, text: str, *, scope: str, **variables: Any) -> Mapping[str, Any]:
        """Asks one question. Returns what stands in `data`."""
        answer = self.client.request(
            "POST", GRAPHQL, scope=scope, body={"query": text, "variables": variables}
        )
        try:
            data: Mapping[str, Any] = json.loads(answer.content)["data"]
        except (ValueError, KeyError, TypeError):
            raise DataFormatError(
                f"{self.client.subject} answered with something that is no GraphQL. Check the shop's domain."
            ) from None
        return data

    @cached_property
    def scopes(self) -> frozenset[str]:
        """The permissions that the shop gave the app."""
        granted = self.ask(queries.SCOPES, scope="")["currentAppInstallation"]["accessScopes"]
        return frozenset(scope["handle"] for scope in granted)

    @property
    def with_customers(self) -> bool:
        """Whether an order's customer may be asked for: without the permission the whole query fails."""
        return "read_customers" in self.scopes

    @cached_property
    def location_ids(self) -> tuple[str, ...]:
        """All locations, closed ones too."""
        told = self.ask(queries.LOCATION_IDS, scope="read_locations")
        return tuple(location["id"] for location in told["locations"]["nodes"])

    def orders_count(self, query: str) -> int:
        """How many orders a search finds; from `MOST_BY_PAGES` on it is not told exactly."""
        if query not in self._counts:
            told = self.ask(queries.ORDERS_COUNT, scope="read_orders", query=query, limit=MOST_BY_PAGES + 1)
            self._counts[query] = told["ordersCount"]["count"]
        return self._counts[query]

    def variants_count(self) -> int:
        """How many variants there are."""
        told = self.ask(queries.VARIANTS_COUNT, scope="read_products", limit=MOST_BY_PAGES + 1)
        count: int = told["productVariantsCount"]["count"]
        return count

    def searches(self, field: str, window: Window) -> Iterator[str]:
        """Searches for the orders of a window, none of which finds more than Shopify tells in pages."""
        query = search(field, window)
        length = window.end - window.start
        if length < timedelta(seconds=2) or self.orders_count(query) <= MOST_BY_PAGES:
            yield query
            return
        middle = window.start + length / 2
        yield from self.searches(field, Window(window.start, middle))
        yield from self.searches(field, Window(middle, window.end))


def search(field: str, window: Window) -> str:
    """Orders of a window. Its ends are cut to seconds, so that neighbouring windows meet in one instant."""
    return f"{field}:>='{moment(window.start)}' AND {field}:<'{moment(window.end)}'"


def moment(time: datetime) -> str:
    """A time as Shopify's search reads it."""
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"


def fault_in(answer: Answer) -> Fault | None:
    """The error inside an answer with HTTP 200: throttled, denied and refused queries have that status."""
    if b'"errors":' not in answer.content:
        return None
    try:
        told = json.loads(answer.content).get("errors")
    except (ValueError, AttributeError):
        return None
    if not told:
        return None
    codes = [code_of(error) for error in told] if isinstance(told, list) else [NO_CODE]
    known = next((code for code in codes if code in FAULTS), codes[0])
    cost = cost_of(answer)
    return Fault(FAULTS.get(known, FaultKind.REFUSED), known, wait=cost.wait if cost else None)


def code_of(error: Any) -> str:
    """The code of a GraphQL error; one that was found before the query ran has none in capitals."""
    code = error.get("extensions", {}).get("code") if isinstance(error, dict) else None
    return code if isinstance(code, str) and code.isupper() else NO_CODE
