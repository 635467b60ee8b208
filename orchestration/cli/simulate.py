"""`pos simulate`: simulated shops behind every vendor's API, on this machine only."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console

from orchestration.cli.terminal import screen
from orchestration.settings import Settings
from simulator.generate import generate_ledger
from simulator.ledger import Ledger
from simulator.pos import SIMULATED
from simulator.server import serve

SEED = 20
HASH_KEY = "simulated shops have no real customers"
LARGEST = "square"
"""Here the business has several stores, elsewhere one."""


def make_ledgers(*, stores: int, days: int, as_of: date, orders_per_day: float) -> dict[str, Ledger]:
    """A ledger for each simulated vendor, as far as the vendor can tell it.

    Args:
        stores: Stores of the largest business; each other has one.
        days: Days of sales before `as_of`.
        as_of: The day on which the ledgers are looked at.
        orders_per_day: Mean orders of a store on a day.
    """
    return {
        pos: simulated.told(
            generate_ledger(
                SEED + number,
                stores=stores if pos == LARGEST else 1,
                days=days,
                as_of=as_of,
                orders_per_day=orders_per_day,
                weighs=simulated.weighs,
            )
        )
        for number, (pos, simulated) in enumerate(SIMULATED.items())
    }


@contextmanager
def served(ledgers: Mapping[str, Ledger], *, first_port: int = 0) -> Iterator[list[dict[str, Any]]]:
    """Serves each ledger as its vendor does.

    Args:
        ledgers: By the vendor's name.
        first_port: The ports are this one and those after it; 0 for free ones.

    Yields:
        Their connections, as `connections.yaml` has them.
    """
    with ExitStack() as servers:
        connections = []
        for number, (pos, ledger) in enumerate(ledgers.items()):
            simulated = SIMULATED[pos]
            app = simulated.create_app(ledger)
            url = servers.enter_context(serve(app, port=first_port and first_port + number))
            first_day = min((sale.opened_at for sale in ledger.sales), default=ledger.ends_at).date()
            connection = {"id": pos, **simulated.connection(url), "start_date": first_day - timedelta(days=1)}
            connections.append(connection)
        yield connections


def secrets() -> dict[str, str]:
    """The environment that the connections need; its secrets open nothing but the simulators."""
    together = {"POS_HASH_KEY": HASH_KEY}
    for simulated in SIMULATED.values():
        together.update(simulated.secrets)
    return together


def write_connections(path: Path, connections: Sequence[Mapping[str, Any]]) -> Path:
    """Writes a `connections.yaml`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump({"connections": list(connections)}, sort_keys=False), encoding="utf-8")
    return path


def serve_shops(*, port: int, stores: int, days: int) -> None:
    """Serves until a person stops it, and prints the environment that connects to it.

    Args:
        port: Port of the first vendor on this machine, the others have the next; 0 takes free ones.
        stores: Number of shops of the largest business.
        days: Days of sales before today.
    """
    told = screen()
    with told.status(f"making {days} days of sales for {len(SIMULATED)} systems"):
        ledgers = make_ledgers(stores=stores, days=days, as_of=date.today(), orders_per_day=60)
    with served(ledgers, first_port=port) as connections:
        folder = Settings.from_environment().data_dir / "simulated"
        environment = secrets() | {
            "POS_CONNECTIONS": str(write_connections(folder / "connections.yaml", connections))
        }
        console = Console(highlight=False, soft_wrap=True)
        for name, value in environment.items():
            console.print(f"export {name}='{value}'", markup=False)
        told.print(
            "Set these in another terminal, then `pos check` and `pos refresh`. Ctrl-C stops the shops."
        )
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            told.print("Stopped.")
