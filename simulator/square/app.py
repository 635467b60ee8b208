"""Square's endpoints, its authorisation, and the faults that it is told to have."""

import asyncio
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from simulator.faults import FaultKind, Faults, RequestSeen
from simulator.ledger import Ledger
from simulator.square import asking, merchant
from simulator.square.catalog import CatalogRenderer
from simulator.square.collection import Collection, Json, Record, rfc3339
from simulator.square.errors import (
    SquareError,
    insufficient_scopes,
    invalid_request,
    not_found,
    unauthorized,
)
from simulator.square.inventory import ONE_LOCATION_UNTIL, InventoryRenderer
from simulator.square.orders import OrderRenderer
from simulator.square.payments import PaymentRenderer

ALL_SCOPES = (
    "MERCHANT_PROFILE_READ",
    "ORDERS_READ",
    "PAYMENTS_READ",
    "ITEMS_READ",
    "INVENTORY_READ",
    "VENDOR_READ",
)
TOP_LEVEL_KINDS = frozenset({"ITEM", "CATEGORY", "TAX"})
TOKEN_LIFE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Call:
    """One authorised request."""

    asked: asking.Asked
    path: dict[str, str]
    now: datetime
    api_version: str


class SquareAccount:
    """One seller's account: the ledger's records and what a token may see of them."""

    def __init__(
        self, ledger: Ledger, faults: Faults, scopes: Iterable[str], now: Callable[[], datetime]
    ) -> None:
        self.faults = faults
        self.scopes = tuple(scopes)
        self.now = now
        self._ledger = ledger
        self._location_ids = frozenset(store.id for store in ledger.stores)
        self._changes: dict[bool, Collection] = {}

    @cached_property
    def orders(self) -> Collection:
        """Every version of every order."""
        return Collection(OrderRenderer(self._ledger).records())

    @cached_property
    def payments(self) -> Collection:
        """Every version of every payment."""
        return Collection(PaymentRenderer(self._ledger).payments())

    @cached_property
    def refunds(self) -> Collection:
        """Every version of every refund."""
        return Collection(PaymentRenderer(self._ledger).refunds())

    @cached_property
    def catalog(self) -> Collection:
        """Every catalogue object."""
        return Collection(CatalogRenderer(self._ledger).records())

    @cached_property
    def counts(self) -> Collection:
        """What is in stock, after each change."""
        return Collection(InventoryRenderer(self._ledger).counts())

    def edit_order(self, order_id: str) -> None:
        """Gives an order a new version now, with the same content."""
        self.orders.touch(order_id, self.now())

    def _texts(self, records: Iterable[Record]) -> bytes:
        if self.faults.unreadable:
            return b",".join(self.faults.spoil(record.id, record.body) for record in records)
        return b",".join(record.body for record in records)

    def _page(self, name: str, collection: Collection, page: asking.Page, now: datetime) -> bytes:
        """A page as Square writes it: an empty list is left out, and the last page has no cursor."""
        records, cursor = collection.page(page.query, page.cursor, now)
        parts = [b'"%s":[%s]' % (name.encode(), self._texts(records))] if records else []
        if cursor:
            parts.append(b'"cursor":' + json.dumps(cursor).encode())
        return b"{" + b",".join(parts) + b"}"

    def _one(self, name: str, collection: Collection, record_id: str, now: datetime) -> bytes:
        record = collection.get(record_id, now)
        if record is None:
            raise not_found(f"{name} {record_id}")
        return b'{"%s":%s}' % (name.encode(), self._texts([record]))

    def token_status(self, call: Call) -> Json:
        """POST /oauth2/token/status: what the token may do."""
        return {
            "scopes": list(self.scopes),
            "expires_at": rfc3339(call.now + TOKEN_LIFE),
            "client_id": "sq0idp-simulated",
            "merchant_id": merchant.MERCHANT_ID,
        }

    def list_locations(self, call: Call) -> Json:
        """GET /v2/locations, by name, inactive ones included."""
        stores = sorted(self._ledger.stores, key=lambda store: store.name)
        return {"locations": [merchant.location(store) for store in stores]}

    def get_location(self, call: Call) -> Json:
        """GET /v2/locations/{id}; "main" is the seller's first."""
        wanted = call.path["id"]
        for store in self._ledger.stores:
            if wanted in (store.id, "main"):
                return {"location": merchant.location(store)}
        raise not_found(f"location {wanted}")

    def search_orders(self, call: Call) -> bytes | Json:
        """POST /v2/orders/search."""
        page = asking.orders_page(call.asked, self._location_ids)
        if not call.asked.get("return_entries"):
            return self._page("orders", self.orders, page, call.now)
        records, cursor = self.orders.page(page.query, page.cursor, call.now)
        entries = [{"order_id": r.id, "version": r.version, "location_id": r.location_id} for r in records]
        return ({"order_entries": entries} if entries else {}) | ({"cursor": cursor} if cursor else {})

    def retrieve_orders(self, call: Call) -> bytes:
        """POST /v2/orders/batch-retrieve: ids that are not known are left out."""
        ids = call.asked.get("order_ids")
        if not isinstance(ids, list) or not ids:
            raise invalid_request("MISSING_REQUIRED_PARAMETER", "`order_ids` is required.", "order_ids")
        if len(ids) > asking.MOST_ORDER_IDS:
            detail = f"At most {asking.MOST_ORDER_IDS} order_ids may be given."
            raise invalid_request("ARRAY_LENGTH_TOO_LONG", detail, "order_ids")
        location_id = call.asked.get("location_id")
        found = (self.orders.get(str(order_id), call.now) for order_id in dict.fromkeys(ids))
        records = [record for record in found if record and location_id in (None, record.location_id)]
        return b'{"orders":[%s]}' % self._texts(records) if records else b"{}"

    def get_order(self, call: Call) -> bytes:
        """GET /v2/orders/{id}."""
        return self._one("order", self.orders, call.path["id"], call.now)

    def list_payments(self, call: Call) -> bytes:
        """GET /v2/payments: of the main location, unless one is named."""
        main = self._ledger.stores[0].id
        page = asking.money_page(call.asked, call.now, endpoint="payments", default_location=main)
        return self._page("payments", self.payments, page, call.now)

    def get_payment(self, call: Call) -> bytes:
        """GET /v2/payments/{id}."""
        return self._one("payment", self.payments, call.path["id"], call.now)

    def list_refunds(self, call: Call) -> bytes:
        """GET /v2/refunds: of all locations, unless one is named."""
        page = asking.money_page(call.asked, call.now, endpoint="refunds", default_location=None)
        return self._page("refunds", self.refunds, page, call.now)

    def get_refund(self, call: Call) -> bytes:
        """GET /v2/refunds/{id}."""
        return self._one("refund", self.refunds, call.path["id"], call.now)

    def list_catalog(self, call: Call) -> bytes:
        """GET /v2/catalog/list: a hundred a page, whatever is asked, and nothing that was deleted."""
        types = str(call.asked.get("types") or "").upper()
        kinds = frozenset(kind.strip() for kind in types.split(",")) if types else TOP_LEVEL_KINDS
        asked = {"cursor": call.asked.get("cursor")}
        page = asking.catalog_page(asked, kinds, most=100, deleted=False, since=None)
        return self._page("objects", self.catalog, page, call.now)

    def search_catalog(self, call: Call) -> bytes:
        """POST /v2/catalog/search: also says how fresh the answer is, for the next `begin_time`."""
        if call.asked.get("query"):
            raise invalid_request("BAD_REQUEST", "`query` is not simulated.", "query")
        page = asking.catalog_page(
            call.asked,
            asking.texts(call.asked, "object_types") or TOP_LEVEL_KINDS,
            most=1000,
            deleted=bool(call.asked.get("include_deleted_objects")),
            since=asking.moment(call.asked.get("begin_time"), "begin_time"),
        )
        body = self._page("objects", self.catalog, page, call.now)
        latest = b'"latest_time":"%s"}' % rfc3339(call.now).encode()
        return body[:-1] + (b"," if len(body) > 2 else b"") + latest

    def retrieve_counts(self, call: Call) -> bytes:
        """POST /v2/inventory/counts/batch-retrieve: newest first."""
        page = asking.inventory_page(
            call.asked, endpoint="counts", sort_field="CALCULATED_AT", descending=True, by_state="states"
        )
        return self._page("counts", self.counts, page, call.now)

    def retrieve_changes(self, call: Call) -> bytes:
        """POST /v2/inventory/changes/batch-retrieve: oldest first."""
        page = asking.inventory_page(
            call.asked, endpoint="changes", sort_field="OCCURRED_AT", descending=False, by_state="types"
        )
        one_location = call.api_version < ONE_LOCATION_UNTIL
        if one_location not in self._changes:
            changes = InventoryRenderer(self._ledger).changes(one_location=one_location)
            self._changes[one_location] = Collection(changes)
        return self._page("changes", self._changes[one_location], page, call.now)

    def search_vendors(self, call: Call) -> Json:
        """POST /v2/vendors/search."""
        if call.asked.get("cursor"):
            raise invalid_request("INVALID_CURSOR", "The cursor does not belong to this query.", "cursor")
        filters, sort = asking.section(call.asked, "filter"), asking.section(call.asked, "sort")
        names, statuses = asking.texts(filters, "name"), asking.texts(filters, "status")
        found = [
            record.render()
            for record in merchant.vendors(self._ledger)
            if (names is None or record.source in names) and (statuses is None or record.state in statuses)
        ]
        field = "name" if sort.get("field", "NAME") == "NAME" else "created_at"
        found.sort(key=lambda vendor: (vendor[field], vendor["id"]), reverse=sort.get("order") == "DESC")
        return {"vendors": found} if found else {}


ROUTES: tuple[tuple[str, str, str | None, str], ...] = (
    ("POST", "/oauth2/token/status", None, "token_status"),
    ("GET", "/v2/locations", "MERCHANT_PROFILE_READ", "list_locations"),
    ("GET", "/v2/locations/{id}", "MERCHANT_PROFILE_READ", "get_location"),
    ("POST", "/v2/orders/search", "ORDERS_READ", "search_orders"),
    ("POST", "/v2/orders/batch-retrieve", "ORDERS_READ", "retrieve_orders"),
    ("GET", "/v2/orders/{id}", "ORDERS_READ", "get_order"),
    ("GET", "/v2/payments", "PAYMENTS_READ", "list_payments"),
    ("GET", "/v2/payments/{id}", "PAYMENTS_READ", "get_payment"),
    ("GET", "/v2/refunds", "PAYMENTS_READ", "list_refunds"),
    ("GET", "/v2/refunds/{id}", "PAYMENTS_READ", "get_refund"),
    ("GET", "/v2/catalog/list", "ITEMS_READ", "list_catalog"),
    ("POST", "/v2/catalog/search", "ITEMS_READ", "search_catalog"),
    ("POST", "/v2/inventory/counts/batch-retrieve", "INVENTORY_READ", "retrieve_counts"),
    ("POST", "/v2/inventory/changes/batch-retrieve", "INVENTORY_READ", "retrieve_changes"),
    ("POST", "/v2/vendors/search", "VENDOR_READ", "search_vendors"),
)


class BrokenBody(Response):
    """Promises a whole body, sends half of it and drops the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the start of the answer and half of its body."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        half = bytes(self.body)[: len(self.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        raise ConnectionResetError("dropped on purpose")


def create_app(
    ledger: Ledger,
    *,
    access_token: str,
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
    faults = faults if faults is not None else Faults()
    account = SquareAccount(ledger, faults, scopes, clock or (lambda: ledger.ends_at))
    requests: list[RequestSeen] = []
    door = Door(account, access_token, requests)
    routes = [
        Route(path, door.endpoint(scope, getattr(account, name)), methods=[method])
        for method, path, scope, name in ROUTES
    ]
    app = Starlette(routes=routes, exception_handlers={404: door.unknown_path})
    app.state.requests = requests
    app.state.account = account
    app.state.faults = faults
    return app


class Door:
    """Lets requests in: the log, the token, the scope, and the faults before and after an answer."""

    def __init__(self, account: SquareAccount, access_token: str, requests: list[RequestSeen]) -> None:
        self._account = account
        self._token = access_token
        self._requests = requests
        self._authorised = 0

    def endpoint(self, scope: str | None, answer: Callable[[Call], bytes | Json]) -> Callable[[Request], Any]:
        """Wraps the answer of one endpoint."""

        async def respond(request: Request) -> Response:
            body = await request.body()
            response = await self._respond(request, body, scope, answer)
            self._requests.append(
                RequestSeen(
                    request.method,
                    request.url.path,
                    request.url.query,
                    body.decode(errors="replace"),
                    response.status_code,
                )
            )
            return response

        return respond

    async def unknown_path(self, request: Request, error: Exception) -> Response:
        """Square's answer to a path that it does not have."""
        return not_found(f"resource {request.url.path}").response()

    async def _respond(
        self, request: Request, body: bytes, scope: str | None, answer: Callable[[Call], bytes | Json]
    ) -> Response:
        faults = {fault.kind: fault for fault in self._account.faults.due(request.url.path)}
        if slow := faults.get(FaultKind.SLOW):
            await asyncio.sleep(slow.seconds)
        if (between := faults.get(FaultKind.BETWEEN_PAGES)) and between.action:
            between.action()
        try:
            if limited := faults.get(FaultKind.RATE_LIMIT):
                detail = "Too many requests."
                raise SquareError(
                    429, "RATE_LIMIT_ERROR", "RATE_LIMITED", detail, retry_after=limited.header()
                )
            if failing := faults.get(FaultKind.SERVER_ERROR):
                code = "SERVICE_UNAVAILABLE" if failing.status == 503 else "INTERNAL_SERVER_ERROR"
                raise SquareError(failing.status, "API_ERROR", code, "Something went wrong.")
            self._authorise(request, scope)
            asked = read_body(body) if request.method == "POST" else dict(request.query_params)
            version = request.headers.get("square-version", "")
            answered = answer(Call(asked, dict(request.path_params), self._account.now(), version))
        except SquareError as error:
            return error.response()
        if FaultKind.REPEATED_CURSOR in faults and asked.get("cursor"):
            told = json.loads(answered) if isinstance(answered, bytes) else answered
            answered = told | {"cursor": asked["cursor"]}
        response = (
            Response(answered, media_type="application/json")
            if isinstance(answered, bytes)
            else JSONResponse(answered)
        )
        if FaultKind.DROPPED_BODY in faults:
            return BrokenBody(response.body, media_type="application/json")
        return response

    def _authorise(self, request: Request, scope: str | None) -> None:
        if request.headers.get("authorization") != f"Bearer {self._token}":
            raise unauthorized()
        self._authorised += 1
        expires_after = self._account.faults.token_expires_after
        if expires_after is not None and self._authorised > expires_after:
            raise unauthorized("ACCESS_TOKEN_EXPIRED")
        if scope and scope not in self._account.scopes:
            raise insufficient_scopes(scope)


def read_body(body: bytes) -> Json:
    """Reads a body, which must be a JSON object; none at all is an empty one."""
    if not body:
        return {}
    try:
        asked = json.loads(body)
    except ValueError:
        raise invalid_request("EXPECTED_JSON_BODY", "The request body is not JSON.") from None
    if not isinstance(asked, dict):
        raise invalid_request("EXPECTED_OBJECT", "The request body must be a JSON object.")
    return asked
