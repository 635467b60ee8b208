"""Each shared test runs on every vendor that is registered."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.ledger import Ledger
from tests.connectors.contract.account import Account, an_account, small_ledger
from tests.connectors.contract.till import TILLS, Till


@pytest.fixture(scope="module", params=TILLS, ids=[till.pos for till in TILLS])
def till(request: pytest.FixtureRequest) -> Till:
    till: Till = request.param
    return till


@pytest.fixture(scope="module")
def small_steps(till: Till) -> Iterator[list[float]]:
    """Small pages, and no real waiting; gives the waits."""
    waits: list[float] = []
    with pytest.MonkeyPatch.context() as patch:
        for name, value in till.small_pages.items():
            patch.setattr(name, value)
        patch.setattr("connectors.core.http.sleep", waits.append)
        yield waits


@pytest.fixture(scope="module")
def ledger(till: Till) -> Ledger:
    return small_ledger(till)


@pytest.fixture
def account(till: Till, ledger: Ledger, small_steps: list[float], tmp_path: Path) -> Iterator[Account]:
    small_steps.clear()
    with an_account(till, ledger, tmp_path) as account:
        yield account
