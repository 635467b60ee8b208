"""A simulated Clover merchant, without real waiting."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from simulator.ledger import Ledger
from tests.connectors.contract.account import Account, an_account, small_ledger
from tests.connectors.contract.till import till_of

TILL = till_of("clover")


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return small_ledger(TILL)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits that were asked for."""
    found: list[float] = []
    monkeypatch.setattr("connectors.core.http.sleep", found.append)
    return found


@pytest.fixture
def open_account(tmp_path: Path, waits: list[float]) -> Iterator[Callable[[Ledger], Account]]:
    """Serves a ledger for one test."""
    with ExitStack() as servers:
        yield lambda ledger: servers.enter_context(an_account(TILL, ledger, tmp_path))
