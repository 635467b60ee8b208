"""A small Retail R-Series account, and what is read of it without a warehouse."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from simulator.generate import generate_ledger
from simulator.ledger import Ledger
from tests.connectors.contract.account import Account, an_account
from tests.connectors.lightspeed_r.till import TILL


def small_ledger(*, stores: int = 2, days: int = 9, orders_per_day: float = 3) -> Ledger:
    return generate_ledger(49, stores=stores, days=days, orders_per_day=orders_per_day, items=8, customers=6)


@contextmanager
def r_account(ledger: Ledger, folder: Path) -> Iterator[Account]:
    with an_account(TILL, ledger, folder) as account:
        yield account
