"""Shops that the end-to-end tests run in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from simulator.core.faults import Faults, RequestSeen
from simulator.expected import ExpectedFigures, expected_figures
from simulator.generate import generate_ledger
from simulator.ledger import Ledger
from simulator.server import serve
from simulator.square import create_app
from tests.end_to_end.shop import Shop

TOKEN = "EAAA-square-token-of-a-test"
YESTERDAY = datetime.now(UTC).date() - timedelta(days=1)


@dataclass
class SquareShop:
    """A shop with one Square account that is served on loopback."""

    shop: Shop
    ledger: Ledger
    faults: Faults
    requests: list[RequestSeen]
    as_of: date

    @property
    def expected(self) -> ExpectedFigures:
        return expected_figures(self.ledger, as_of=self.as_of)


@contextmanager
def square_shop(
    folder: Path, *, seed: int, stores: int, days: int, orders_per_day: float
) -> Iterator[SquareShop]:
    # it ends yesterday, so that all of it has happened whatever the time of the test
    ledger = generate_ledger(seed, stores=stores, days=days, as_of=YESTERDAY, orders_per_day=orders_per_day)
    faults = Faults()
    shop = Shop(folder, {"SQUARE_TEST_TOKEN": TOKEN})
    app = create_app(ledger, access_token=TOKEN, faults=faults)
    with serve(app) as base_url:
        shop.connect(
            [
                {
                    "id": "till",
                    "pos": "square",
                    "access_token": "${SQUARE_TEST_TOKEN}",
                    "base_url": base_url,
                    "start_date": (YESTERDAY - timedelta(days=days + 40)).isoformat(),
                }
            ]
        )
        yield SquareShop(shop, ledger, faults, app.state.requests, YESTERDAY)


@pytest.fixture
def small_square(tmp_path: Path) -> Iterator[SquareShop]:
    with square_shop(tmp_path, seed=11, stores=2, days=45, orders_per_day=12) as square:
        yield square
