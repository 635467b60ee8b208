"""One ledger, generated once, and ways to ask the simulated Square about it."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from typing import Any

import pytest

from simulator.generate import generate_ledger
from simulator.ledger import Ledger
from simulator.server import serve
from simulator.square import create_app
from tests.simulator.asker import TOKEN, Asker


@pytest.fixture(scope="session")
def ledger() -> Ledger:
    """Seven stores in seven time zones, over the night on which New York's clocks go back."""
    return generate_ledger(20261122, stores=7, days=26, as_of=date(2026, 11, 20), orders_per_day=25)


@pytest.fixture(scope="session")
def wide_ledger() -> Ledger:
    """Twelve stores, few sales."""
    return generate_ledger(12, stores=12, days=4, as_of=date(2026, 11, 20), orders_per_day=4)


@pytest.fixture(scope="session")
def square(ledger: Ledger) -> Iterator[Asker]:
    """The generated ledger as Square, without faults."""
    app = create_app(ledger, access_token=TOKEN)
    with serve(app) as url:
        yield Asker(app, url)


@pytest.fixture
def ask() -> Iterator[Callable[..., Asker]]:
    """Serves a ledger for one test."""
    with ExitStack() as open_servers:

        def start(ledger: Ledger, token: str | None = TOKEN, **options: Any) -> Asker:
            app = create_app(ledger, access_token=TOKEN, **options)
            return Asker(app, open_servers.enter_context(serve(app)), token)

        yield start


@pytest.fixture
def imported_modules() -> Callable[[str], set[str]]:
    """The top-level packages that are loaded after importing some modules in a fresh process."""

    def load(modules: str) -> set[str]:
        program = f"import sys, {modules}; print(*{{name.partition('.')[0] for name in sys.modules}})"
        return set(
            subprocess.run(
                [sys.executable, "-c", program], check=True, capture_output=True, text=True
            ).stdout.split()
        )

    return load
