"""Every vendor at once: they are waited for together, and loaded one after the other."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from connectors.core.connection import Connection
from connectors.core.connections import load_connections
from connectors.core.landing import Landed
from connectors.registry import CONNECTORS
from orchestration.assets import raw
from orchestration.progress import Quiet
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse, create_raw_tables, systems_with_rows
from simulator.core.faults import Faults
from simulator.generate import generate_ledger
from simulator.pos import SIMULATED
from simulator.server import serve

AS_OF = datetime.now(UTC).date()
"""Some vendors are asked of the last days by the clock of the machine: the simulated one must keep up."""

SLOW = 0.2
"""Seconds that every vendor takes for each answer, so that waiting is what a run does."""


class WatchedLock:
    """Notes when each thread was inside the writer's lock."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._lock = warehouse.lock
        self._begun = threading.local()
        self.held: list[tuple[float, float, int]] = []

    def __enter__(self) -> "WatchedLock":
        self._lock.__enter__()
        self._begun.at = time.monotonic()
        return self

    def __exit__(self, *error: object) -> None:
        self.held.append((self._begun.at, time.monotonic(), threading.get_ident()))
        self._lock.__exit__(None, None, None)


@contextmanager
def slow_vendors(folder: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """Every simulated vendor with a week of one small shop, each answer late."""
    environ: dict[str, str] = {}
    connections = []
    with ExitStack() as servers:
        for number, (pos, simulated) in enumerate(SIMULATED.items()):
            faults = Faults()
            faults.slow(times=10_000, seconds=SLOW)
            ledger = generate_ledger(
                number, stores=1, days=7, as_of=AS_OF, orders_per_day=3, items=8, customers=6
            )
            url = servers.enter_context(serve(simulated.create_app(simulated.told(ledger), faults=faults)))
            start = AS_OF - timedelta(days=8)
            connections.append({"id": pos, **simulated.connection(url), "start_date": start})
            environ.update(simulated.secrets)
        file = folder / "connections.yaml"
        file.write_text(yaml.safe_dump({"connections": connections}))
        yield file, environ


def test_all_vendors_take_about_as_long_as_the_slowest_and_no_two_load_at_once(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POS_DATA_DIR", str(settings.data_dir))
    warehouse = Warehouse(settings.model_validate({**settings.model_dump(), "hash_key": "0123456789abcdef"}))
    with warehouse.writing() as connection:
        create_raw_tables(connection, CONNECTORS.values())
    lock = WatchedLock(warehouse)
    monkeypatch.setattr(warehouse, "lock", lock)
    taken: dict[str, float] = {}
    land = raw.land

    def timed(connection: Connection, *arguments: Any, **named: Any) -> Landed:
        began = time.monotonic()
        try:
            return land(connection, *arguments, **named)
        finally:
            taken[connection.id] = time.monotonic() - began

    monkeypatch.setattr(raw, "land", timed)
    with slow_vendors(tmp_path) as (file, environ):
        connections = load_connections(file, environ)
        began = time.monotonic()
        landed = raw.land_side_by_side(
            connections, warehouse, Quiet(), tables=dict.fromkeys(CONNECTORS), span=None
        )
        together = time.monotonic() - began
    assert {told.pos for told in landed} == set(SIMULATED)
    assert together < 1.2 * max(taken.values())
    assert together < 0.5 * sum(taken.values())
    in_turn = sorted(lock.held)
    assert len({thread for *_, thread in in_turn}) == len(SIMULATED)
    assert all(ended <= begun for (_, ended, _), (begun, *_) in pairwise(in_turn))
    with duckdb.connect(str(settings.working_file)) as connection:
        assert systems_with_rows(connection, CONNECTORS.values()) == set(SIMULATED)
