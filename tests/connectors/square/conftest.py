"""A simulated Square account, and warehouses that it is landed in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.generate import generate_ledger
from simulator.ledger import Ledger
from tests.connectors.contract.account import Account, an_account, small_ledger
from tests.connectors.contract.landing import Warehouse
from tests.connectors.square.till import TILL


@pytest.fixture(scope="session")
def twelve_stores() -> Ledger:
    """More stores than one query may name."""
    return generate_ledger(11, stores=12, days=4, orders_per_day=2, items=8, customers=6)


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small pages, and no real waiting."""
    for name, value in TILL.small_pages.items():
        monkeypatch.setattr(name, value)
    monkeypatch.setattr("connectors.core.http.sleep", lambda seconds: None)


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    with an_account(TILL, small_ledger(TILL), tmp_path) as account:
        yield account


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(TILL, tmp_path / "warehouse")


@pytest.fixture
def fresh(tmp_path: Path) -> Warehouse:
    """Another warehouse, to load the same account from nothing."""
    return Warehouse(TILL, tmp_path / "fresh")
