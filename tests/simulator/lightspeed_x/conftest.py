"""A small ledger served as one Retail X-Series account."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from starlette.applications import Starlette

from simulator.generate import generate_ledger
from simulator.ledger import Ledger
from simulator.lightspeed_x.app import PERSONAL_TOKEN, create_app
from simulator.lightspeed_x.told import told
from simulator.server import serve


@dataclass
class Shop:
    """Asks the simulated account."""

    ledger: Ledger
    app: Starlette
    url: str

    def get(self, path: str, *, token: str = PERSONAL_TOKEN, agent: str = "tests", **query: Any) -> Any:
        headers = {"Authorization": f"Bearer {token}", "User-Agent": agent}
        return requests.get(f"{self.url}/api/2.0{path}", query, headers=headers, timeout=30)

    def every(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """All records of a feed."""
        records: list[dict[str, Any]] = []
        after = 0
        while page := (answer := self.get(path, after=after, **query).json())["data"]:
            records += page
            after = answer["version"]["max"]
        return records


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    # long enough that deliveries, returns, exchanges and every discount happen
    ledger = generate_ledger(11, stores=2, days=40, orders_per_day=12, items=8, customers=6)
    app = create_app(ledger)
    with serve(app) as url:
        yield Shop(told(ledger), app, url)
