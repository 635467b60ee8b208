"""An API that answers what a test puts into it, and the rows that a mapping makes of the answers."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route

from connectors.core.connector import Request, Window
from connectors.core.endpoints import Reader
from connectors.generic import CONNECTOR
from connectors.generic.account import GenericAccount
from connectors.generic.settings import GenericConnection
from simulator.server import serve

NOW = datetime(2026, 6, 1, tzinfo=UTC)
KEY = "key-of-a-test"
Rows = dict[str, list[dict[str, Any]]]


@dataclass
class Api:
    """What is answered, and what was asked.

    Attributes:
        answers: Path → answer: a JSON text, or pages of it, which are asked for by `?page=2` and so on.
        headers: Path → headers of its answers.
    """

    url: str = ""
    answers: dict[str, str | list[str]] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[HttpRequest] = field(default_factory=list)

    async def respond(self, request: HttpRequest) -> Response:
        self.asked.append(request)
        path = request.url.path
        answer = self.answers.get(path)
        if answer is None:
            return Response('{"error": "NOT_FOUND"}', 404)
        if isinstance(answer, list):
            number = int(request.query_params.get("page", "1"))
            answer = answer[number - 1] if number <= len(answer) else "[]"
        return Response(answer, headers=self.headers.get(path, {}))

    def connection(self, **settings: Any) -> GenericConnection:
        values = {
            "id": "till",
            "api_url": self.url,
            "api_key": KEY,
            "currency": "EUR",
            "timezone": "Europe/Vienna",
        }
        return GenericConnection.model_validate({**values, **settings})

    def rows(self, *, since: datetime = datetime(2026, 1, 1, tzinfo=UTC), **settings: Any) -> Rows:
        """All rows of all endpoints, without a warehouse; and under `skipped` what was not there."""
        connection = self.connection(**settings)
        request = Request(
            Window(since, NOW), by_sale_date=False, snapshots=True, hash_key=b"k", loaded_at=NOW
        )
        account = GenericAccount(connection, attempts=1)
        tables: Rows = {}
        for endpoint in CONNECTOR.endpoints_of(connection):
            reader = Reader(endpoint, account, request)
            pages = [reader.projector.read(got.content, got.constants) for got in reader.answers()]
            for name, rows in reader.projector.tables(pages).items():
                tables.setdefault(name, []).extend(rows.to_pylist())
        return tables

    def orders(self, *records: dict[str, Any], **changes: Any) -> Rows:
        """The rows of one endpoint of orders with lines, as `ORDERS` describes it, with changes to that."""
        self.answers["/orders"] = json.dumps(list(records))
        top = {name: changes.pop(name) for name in ("timezone", "currency") if name in changes}
        endpoint = {**ORDERS, **changes}
        return self.rows(endpoints=[endpoint], **top)


ORDERS: dict[str, Any] = {
    "path": "/orders",
    "entity": "orders",
    "paging": {"kind": "none"},
    "fields": {
        "order_id": "id",
        "sold_at": "at",
        "state": "state",
        "tip": "tip",
        "total": "total",
        "order_discount": "off",
        "customer_id": "who",
        "rounding": "rounding",
    },
    "lines": {
        "records": "lines",
        "fields": {
            "line_id": "no",
            "item_id": "item",
            "item_name": "name",
            "line_kind": "kind",
            "quantity": "qty",
            "unit_price": "price",
            "gross_sales": "gross",
            "discount": "off",
            "tax": "vat",
        },
    },
    "payments": {"records": "paid", "fields": {"amount": "sum", "tip": "tip", "method": "by"}},
}
SALE: dict[str, Any] = {
    "id": 7,
    "at": "2026-05-01T10:00:00Z",
    "lines": [{"item": "A", "name": "Tea", "qty": 2, "price": "3.50"}],
}


@contextmanager
def an_api() -> Iterator[Api]:
    api = Api()
    app = Starlette(routes=[Route("/{path:path}", api.respond)])
    with serve(app) as url:
        api.url = url
        yield api
