"""One small ledger as Toast, and a client that is logged in at one of its restaurants."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
from starlette.applications import Starlette

from simulator.generate import generate_ledger
from simulator.server import serve
from simulator.toast import create_app
from simulator.toast.app import CLIENT_ID, SECRETS

LOGIN = "/authentication/v1/authentication/login"
ORDERS = "/orders/v2/ordersBulk"
CREDENTIALS = {
    "clientId": CLIENT_ID,
    "clientSecret": SECRETS["TOAST_CLIENT_SECRET"],
    "userAccessType": "TOAST_MACHINE_CLIENT",
}
YEAR = {
    "startDate": "2026-01-01T00:00:00.000+0000",
    "endDate": "2026-12-01T00:00:00.000+0000",
    "pageSize": "100",
}


@dataclass
class Client:
    """Asks a simulated Toast."""

    app: Starlette
    base_url: str
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, params: Any = None, headers: dict[str, str] | None = None) -> requests.Response:
        url = self.base_url + path
        return requests.get(url, params=params, headers=self.headers | (headers or {}), timeout=20)

    def post(self, path: str, **body: Any) -> requests.Response:
        return requests.post(self.base_url + path, headers=self.headers, timeout=20, **body)

    def every_order(self) -> list[dict[str, Any]]:
        """All orders of the restaurant, page after page."""
        orders: list[dict[str, Any]] = []
        page = 1
        while found := self.get(ORDERS, params={**YEAR, "page": page}).json():
            orders += found
            page += 1
        return orders


@pytest.fixture(scope="module")
def toast() -> Iterator[Client]:
    app = create_app(generate_ledger(11, stores=2, days=30, orders_per_day=6, items=8, customers=6))
    with serve(app) as url:
        client = Client(app, url)
        token = client.post(LOGIN, json=CREDENTIALS).json()["token"]["accessToken"]
        client.headers = {"Authorization": f"Bearer {token}", "Toast-Restaurant-External-ID": "L001"}
        yield client
