"""`pos simulate`: simulated shops behind Square's API, on this machine only."""

import threading
from datetime import date

from rich.console import Console

from orchestration.cli.terminal import screen
from simulator.generate import generate_ledger
from simulator.server import serve
from simulator.square import create_app

SEED = 20
TOKEN = "simulated-access-token"  # noqa: S105  # opens nothing but the simulator


def serve_shops(*, port: int, stores: int, days: int) -> None:
    """Serves until a person stops it, and prints the environment that connects to it.

    Args:
        port: Port on this machine; 0 takes a free one.
        stores: Number of shops.
        days: Days of sales before today.
    """
    told = screen()
    with told.status(f"making {days} days of sales in {stores} shops"):
        ledger = generate_ledger(SEED, stores=stores, days=days, as_of=date.today())
    with serve(create_app(ledger, access_token=TOKEN), port=port) as url:
        Console(highlight=False, soft_wrap=True).print(
            f"export SQUARE_ACCESS_TOKEN={TOKEN}\nexport SQUARE_BASE_URL={url}", markup=False
        )
        told.print(
            "Set these in another terminal, then `pos check` and `pos refresh`. Ctrl-C stops the shops."
        )
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            told.print("Stopped.")
