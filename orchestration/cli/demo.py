"""`pos demo`: the whole way on simulated shops, in a data folder of its own."""

import os
import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from rich.console import Console
from rich.table import Table

from connectors.core.errors import ConfigurationError
from orchestration.cli.query import published
from orchestration.cli.refresh import refresh_warehouse
from orchestration.cli.simulate import make_ledgers, secrets, served, write_connections
from orchestration.cli.terminal import screen
from orchestration.settings import Settings
from simulator.csv_export import MAPPING, write_sales_csv
from simulator.generate import generate_ledger
from simulator.ledger import Ledger

SEED = 40
SHOPS = 3
SHOPS_DAYS = 60
ORDERS_PER_DAY = 20
WHOLESALE_DAYS = 365
WHOLESALE_ORDERS_PER_DAY = 12
LEDGER_ENDS_AT_NOON = timedelta(hours=12)
MARKER = ".demo"
WIDTH = 120

REVENUE_COLUMNS = ("system", "stores", "orders", "units", "net sales", "tax", "collected", "")
REVENUE = """
select pos, count(*), sum(orders), sum(units), sum(net_sales), sum(tax), sum(total_collected), currency
from marts.daily_revenue where business_date = ? group by pos, currency order by all
"""

MONEY = {"net sales", "tax", "collected", "cost"}
NUMBERS = {"stores", "orders", "units", "on hand", "sold a day", "order"}

ITEMS_OF_A_SYSTEM = 2
URGENT_COLUMNS = ("system", "urgency", "item", "on hand", "sold a day", "order", "cost", "", "runs out")
URGENT = """
with systems as (select location_key, min(pos) as pos from unified.locations group by all)
select pos, urgency, item_name, on_hand, round(velocity_28d, 1)::decimal(18, 1), recommended_quantity,
       order_cost, currency, projected_stockout_date, reason
from planning.order_recommendations join systems using (location_key) where urgency <> 'none'
qualify row_number() over (
    partition by pos
    order by list_position(['high', 'medium', 'low'], urgency), lost_sales_estimate desc nulls last, item_key
) <= ?
order by pos, list_position(['high', 'medium', 'low'], urgency), lost_sales_estimate desc nulls last, item_key
"""

REASONS = "select item_name, reason from planning.order_recommendations limit 10"
DAYS = "from marts.daily_revenue limit 10"


def run_demo() -> None:
    """Makes shops, runs the nightly job on them and prints what a buyer would look at."""
    os.environ["POS_DATA_DIR"] = os.environ.get("POS_DATA_DIR") or "data/demo"
    folder = Settings.from_environment().data_dir
    clear(folder)
    as_of = (datetime.now(UTC) - LEDGER_ENDS_AT_NOON).date()
    told = screen()
    with told.status("making shops and their sales"):
        ledgers = make_ledgers(stores=SHOPS, days=SHOPS_DAYS, as_of=as_of, orders_per_day=ORDERS_PER_DAY)
        wholesale = generate_ledger(
            SEED, stores=1, days=WHOLESALE_DAYS, as_of=as_of, orders_per_day=WHOLESALE_ORDERS_PER_DAY
        )
    told.print(
        f"Simulated shops on {len(ledgers)} systems with {SHOPS_DAYS} days of sales, "
        f"and a wholesaler's file with {WHOLESALE_DAYS}",
        markup=False,
    )
    with served(ledgers) as connections:
        connections.append(wholesaler(wholesale, folder))
        os.environ.update(secrets())
        os.environ["POS_CONNECTIONS"] = str(write_connections(folder / "connections.yaml", connections))
        refresh_warehouse(connections=[], as_of=as_of)
    show(Settings.from_environment(), as_of)


def clear(folder: Path) -> None:
    """Empties the demo's own folder, and refuses any other that is not empty.

    Raises:
        ConfigurationError: The folder holds something that is not the demo's.
    """
    marker = folder / MARKER
    if folder.exists() and any(folder.iterdir()) and not marker.exists():
        raise ConfigurationError(
            f"{folder} holds something else than an earlier demo: set POS_DATA_DIR to an empty folder."
        )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    marker.touch()


def wholesaler(ledger: Ledger, folder: Path) -> dict[str, object]:
    """Writes the wholesaler's file and returns its connection."""
    inbox = folder / "inbox" / "wholesale"
    inbox.mkdir(parents=True)
    write_sales_csv(ledger, inbox / "sales.csv")
    return {
        "id": "wholesale",
        "pos": "csv",
        "inbox": "inbox/wholesale",
        "timezone": ledger.stores[0].timezone,
        **MAPPING,
    }


def show(settings: Settings, as_of: date) -> None:
    """Prints yesterday's revenue by system, the most urgent orders and where to go from here."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
    yesterday = as_of - timedelta(days=1)
    with published(settings) as connection:
        revenue = connection.execute(REVENUE, [yesterday]).fetchall()
        urgent = connection.execute(URGENT, [ITEMS_OF_A_SYSTEM]).fetchall()
    console.print(sheet(f"Revenue on {yesterday}", REVENUE_COLUMNS, revenue))
    console.print(
        sheet("The most urgent orders of each system", URGENT_COLUMNS, [row[:-1] for row in urgent])
    )
    for *_, reason in urgent[:1]:
        console.print(f"Why the first: {reason}", markup=False)
    # whole, because the environment of `make` is not the shell's: there, `pos` alone may not be found
    pos = f"POS_DATA_DIR={nearest(settings.data_dir)} {nearest(Path(sys.argv[0]).absolute())}"
    for line in (
        f"Order list:  {pos} orders",
        f'Reasons:     {pos} sql "{REASONS}"',
        f"Questions:   {pos} report",
        f'Query:       {pos} sql "{DAYS}"',
        f"Any tool:    {nearest(settings.published_file)} (open it read-only)",
        f"Dagster UI:  {pos} ui, then http://127.0.0.1:3000",
    ):
        console.print(line, markup=False, soft_wrap=True)


def nearest(path: Path) -> str:
    """A path as a person would type it here."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def sheet(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> Table:
    """Rows as a table for people, numbers to the right."""
    table = Table(title=title)
    for name in columns:
        table.add_column(name, justify="right" if name in NUMBERS or name in MONEY else "left")
    for row in rows:
        table.add_row(*(text(cell, name) for cell, name in zip(row, columns, strict=True)))
    return table


def text(cell: object, column: str) -> str:
    """A cell for people: money with two places, a quantity without the zeros at its end."""
    if isinstance(cell, Decimal):
        return f"{cell:,.2f}" if column in MONEY else f"{cell.normalize():,f}"
    return "" if cell is None else str(cell)
