"""How fast orders land in DuckDB: this project's projector, beside dlt's own path for nested records.

Both read the same pages from disk and load them through dlt, with parquet and merge on a key, into a new
DuckDB file; each runs in a process of its own, so that its peak of memory is its own. Reading from disk and
parsing count, making the pages does not. The peer runs on the first tenth of the pages unless `--full` is
given; what is compared are the rates.

    python -m benchmarks.landing [--orders 300000] [--full]
"""

import argparse
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import dlt
import duckdb
from dlt.common.json import json as dlt_json
from dlt.extract.source import DltSource

from benchmarks.own_process import Meter, Needed, in_own_process
from benchmarks.square_pages import ORDERS_PER_PAGE, write_pages
from connectors.core.answers import Answer
from connectors.core.asking import Ask
from connectors.core.connector import Endpoint, Request
from connectors.core.endpoints import api_source
from connectors.core.landing import land
from connectors.core.paging import Token
from connectors.square import CONNECTOR
from connectors.square.schema import ORDER_TABLES
from connectors.square.settings import SquareConnection

NOW = datetime(2026, 11, 1, tzinfo=UTC)
PEERS_SHARE = 10

FIGURES = {
    "orders": ("sum(total_amount)", "orders", "sum(total_money__amount)"),
    "order_lines": ("sum(total_amount)", "orders__line_items", "sum(total_money__amount)"),
    "order_line_modifiers": (
        "sum(total_price_amount)",
        "orders__line_items__modifiers",
        "sum(total_price_money__amount)",
    ),
    "order_discounts": ("sum(applied_amount)", "orders__discounts", "sum(applied_money__amount)"),
    "order_tenders": ("sum(amount)", "orders__tenders", "sum(amount_money__amount)"),
}
"""By table: a sum over it, and the peer's table with the same sum."""


@dataclass(frozen=True)
class PagesOnDisk:
    """Answers like the HTTP client, from files."""

    folder: Path
    subject: str = "Square"

    def request(self, method: str, path: str, *, body: Mapping[str, Any], **_: Any) -> Answer:
        """The page that the cursor names."""
        return Answer((self.folder / f"{body.get('cursor', '1')}.json").read_bytes(), {})


@dataclass(frozen=True)
class AccountOnDisk:
    """An account whose orders lie in files."""

    connection: SquareConnection
    client: PagesOnDisk


def land_projected(pages: Path, work: Path) -> None:
    """Lands the orders as `pos refresh` does."""
    connection = SquareConnection(id="square", access_token="none is sent", start_date=date(2026, 8, 15))
    orders = Endpoint(
        name="orders",
        method="POST",
        path="/v2/orders/search",
        tables=ORDER_TABLES,
        scope="ORDERS_READ",
        asks=lambda account, request: [Ask(body={})],
        read_by="windows",
        pages=Token(),
    )

    def source(connection: SquareConnection, request: Request) -> DltSource:
        return api_source("square", [orders], AccountOnDisk(connection, PagesOnDisk(pages)), request)

    land(
        connection,
        replace(CONNECTOR, source=source, endpoints=(orders,)),
        warehouse=work / "warehouse.duckdb",
        pipelines=work / "pipelines",
        lock=nullcontext(),
        hash_key=b"a key",
        now=NOW,
        progress=lambda line: None,
    )


def land_nested(pages: Path, work: Path) -> None:
    """Lands the orders as dlt does with nested records."""

    @dlt.resource(name="orders", primary_key="id", write_disposition="merge")
    def orders() -> Iterator[Any]:
        cursor: str | None = "1"
        while cursor and (page := pages / f"{cursor}.json").exists():
            answer = dlt_json.loadb(page.read_bytes())
            yield answer["orders"]
            cursor = answer.get("cursor")

    pipeline = dlt.pipeline(
        pipeline_name="nested",
        pipelines_dir=str(work / "pipelines"),
        destination=dlt.destinations.duckdb(str(work / "warehouse.duckdb")),
        dataset_name="raw_square",
    )
    pipeline.run(orders, loader_file_format="parquet")


WAYS: dict[str, Callable[[Path, Path], None]] = {"projected": land_projected, "nested": land_nested}


@dataclass(frozen=True)
class Measured:
    """One run of one way."""

    orders: int
    needed: Needed
    figures: dict[str, list[int]]

    @property
    def rate(self) -> float:
        """Orders a second."""
        return self.orders / self.needed.seconds


def needed_for(way: str, pages: Path, work: Path) -> Needed:
    """Lands all pages of a folder in this process."""
    meter = Meter()
    WAYS[way](pages, work)
    return meter.read()


def measure(way: str, pages: Path) -> Measured:
    """Runs one way in a process of its own, on all pages of a folder."""
    with tempfile.TemporaryDirectory() as work:
        needed = in_own_process(needed_for, way, pages, Path(work))
        figures = _figures(Path(work) / "warehouse.duckdb", way)
    return Measured(orders=figures["orders"][0], needed=needed, figures=figures)


def _figures(warehouse: Path, way: str) -> dict[str, list[int]]:
    """Rows and a sum by table."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        found = {}
        for table, (own_sum, peers_table, peers_sum) in FIGURES.items():
            name, total = (table, own_sum) if way == "projected" else (peers_table, peers_sum)
            row = connection.execute(f"select count(*), {total} from raw_square.{name}").fetchone()
            found[table] = [int(value) for value in row or ()]
    return found


def compare(orders: int, *, full: bool) -> dict[str, Measured]:
    """Measures both ways on the same pages, one after the other."""
    peers_orders = orders if full else max(ORDERS_PER_PAGE, orders // PEERS_SHARE)
    with tempfile.TemporaryDirectory() as folder:
        pages = Path(folder) / "all"
        pages.mkdir()
        write_pages(pages, orders)
        peers_pages = pages
        if peers_orders != orders:
            peers_pages = Path(folder) / "share"
            peers_pages.mkdir()
            for number in range(1, -(-peers_orders // ORDERS_PER_PAGE) + 1):
                (peers_pages / f"{number}.json").hardlink_to(pages / f"{number}.json")
        return {"projected": measure("projected", pages), "nested": measure("nested", peers_pages)}


def main() -> None:
    """Prints the comparison."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--orders", type=int, default=300_000)
    parser.add_argument("--full", action="store_true", help="give the peer all orders, too")
    asked = parser.parse_args()
    measured = compare(asked.orders, full=asked.full)
    print(f"{'way':<34}{'orders':>9}{'lines':>9}{'seconds':>9}{'CPU s':>8}{'orders/s':>10}{'peak MB':>9}")
    titles = {"projected": "projector + dlt, Arrow tables", "nested": "dlt, nested records, parquet"}
    for way, run in measured.items():
        lines = run.figures["order_lines"][0]
        needed = run.needed
        print(
            f"{titles[way]:<34}{run.orders:>9,}{lines:>9,}{needed.seconds:>9.1f}{needed.processor_seconds:>8.1f}"
            f"{run.rate:>10,.0f}{needed.peak_megabytes:>9,.0f}"
        )
    ratio = measured["projected"].rate / measured["nested"].rate
    share = measured["nested"].orders / measured["projected"].orders
    print(
        f"ratio of the rates: {ratio:.1f}"
        + (f" (the peer ran on {share:.0%} of the pages)" if share < 1 else "")
    )


if __name__ == "__main__":
    main()
