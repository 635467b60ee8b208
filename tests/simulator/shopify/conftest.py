"""A small shop, asked over GraphQL."""

import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests
from graphql import GraphQLSchema, build_client_schema
from starlette.applications import Starlette

from simulator.generate import generate_ledger
from simulator.ledger import Ledger
from simulator.server import serve
from simulator.shopify import ACCESS_TOKEN, ALL_SCOPES, create_app

GRAPHQL = "/admin/api/2026-10/graphql.json"
SPECIFICATION = Path(__file__).parents[3].parent / (
    "shared/reference/specs/shopify-admin-2026-10.introspection.json.gz"
)


@pytest.fixture(scope="session")
def official() -> GraphQLSchema:
    """Shopify's own schema."""
    if not SPECIFICATION.is_file():
        pytest.skip(f"Shopify's schema is not beside this checkout ({SPECIFICATION.name})")
    told = json.loads(gzip.decompress(SPECIFICATION.read_bytes()))
    return build_client_schema(told.get("data", told), assume_valid=True)


@pytest.fixture(scope="session")
def ledger() -> Ledger:
    return generate_ledger(5, stores=2, days=9, orders_per_day=3, items=8, customers=6)


class Shop:
    """A client of one simulated shop."""

    def __init__(self, app: Starlette, url: str) -> None:
        self.account = app.state.account
        self.url = url
        self.http = requests.Session()

    def post(self, text: str, /, token: str = ACCESS_TOKEN, **variables: Any) -> Any:
        body = {"query": text, "variables": variables}
        return self.http.post(self.url + GRAPHQL, json=body, headers={"X-Shopify-Access-Token": token})

    def ask(self, text: str, /, **variables: Any) -> Any:
        """The data of an answer that is well."""
        answer = self.post(text, **variables)
        assert answer.status_code == 200
        told = answer.json()
        assert "errors" not in told, told["errors"]
        return told["data"]

    def code(self, text: str, /, **variables: Any) -> str:
        """The code of an answer that is an error."""
        answer = self.post(text, **variables)
        assert answer.status_code == 200
        return str(answer.json()["errors"][0]["extensions"]["code"])


@pytest.fixture
def opened(ledger: Ledger) -> Iterator[Callable[..., Shop]]:
    """Opens a shop with settings of its own."""
    with ExitStack() as servers:

        def shop(**how: Any) -> Shop:
            app = create_app(ledger, **how)
            return Shop(app, servers.enter_context(serve(app)))

        yield shop


@pytest.fixture
def shop(opened: Callable[..., Shop]) -> Shop:
    return opened()


def without(scope: str) -> tuple[str, ...]:
    """All permissions but one."""
    return tuple(name for name in ALL_SCOPES if name != scope)


def weighed(ledger: Ledger) -> Ledger:
    """The same ledger with a third of a unit on the first line of each sale."""
    third = Decimal("0.333")
    sales = tuple(
        replace(sale, lines=(replace(sale.lines[0], quantity=third), *sale.lines[1:])) if sale.lines else sale
        for sale in ledger.sales
    )
    return replace(ledger, sales=sales, returns=())
