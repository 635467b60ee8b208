"""What the first load of a million orders costs the machine: memory, and processor time.

A simulated vendor serves a small account whose orders are multiplied; it runs in a process of its own, as the
connector does, so that peaks of memory and processor seconds are the connector's own. Loopback answers far
faster than any vendor. So the table also says how many orders a second the vendor would have to give for the
connector's processor to be busy for a quarter of the time; at the vendor's real rate it is idle for longer.

    python -m benchmarks.first_load [--orders 1000000] [--pos square]
"""

import argparse
import multiprocessing
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

import duckdb
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from benchmarks.own_process import Meter, Needed, in_own_process
from benchmarks.square_pages import FIRST_SALE, ORDERS_PER_PAGE, SECONDS_BETWEEN_SALES, write_pages
from connectors.core.landing import land
from connectors.registry import CONNECTORS
from simulator.generate import generate_ledger
from simulator.pos import SIMULATED
from simulator.server import serve

BUSY_SHARE = 0.25
LAST_DAY = date(2026, 11, 1)


@dataclass(frozen=True)
class Vendor:
    """A simulated vendor with many orders.

    Attributes:
        app: Serves so many orders, with a folder for what it gives out.
        orders: The raw table of orders.
        lines: The raw table of their lines.
        began: The first day.
        ended: When it is loaded, for so many orders.
        rate: What its documentation says of its rate.
        settings: Of the connection, besides those that reach the simulator.
    """

    app: Callable[[Path, int], Starlette]
    orders: str
    lines: str
    began: datetime
    ended: Callable[[int], datetime]
    rate: str
    settings: Mapping[str, Any] = field(default_factory=dict)


def square_app(folder: Path, orders: int) -> Starlette:
    """Square's simulator, but its orders come from pages on disk."""
    write_pages(folder, orders)
    small = generate_ledger(3, stores=12, days=3, orders_per_day=2)
    app = SIMULATED["square"].create_app(small)

    async def search_orders(request: Request) -> Response:
        asked = await request.json()
        span = asked["query"]["filter"]["date_time_filter"].get("created_at")
        if not span or len(asked["location_ids"]) < ORDERS_OF_LOCATIONS:
            return JSONResponse({})
        page = int(asked["cursor"]) if "cursor" in asked else page_of(span["start_at"])
        file = folder / f"{page}.json"
        if not file.exists() or page >= page_of(span["end_at"]):
            return JSONResponse({})
        return FileResponse(file, media_type="application/json")

    app.router.routes.insert(0, Route("/v2/orders/search", search_orders, methods=["POST"]))
    return app


ORDERS_OF_LOCATIONS = 10
"""Locations are asked for ten at a time; the pages answer the first question alone."""


def page_of(moment: str) -> int:
    """The first page whose orders were made at a moment or later."""
    seconds = (datetime.fromisoformat(moment) - FIRST_SALE).total_seconds()
    return max(1, 1 - int(-seconds // (SECONDS_BETWEEN_SALES * ORDERS_PER_PAGE)))


def shopify_app(folder: Path, orders: int) -> Starlette:
    """Shopify's simulator, but the files of its bulk operations hold each order many times."""
    shopify = SIMULATED["shopify"]
    small = shopify.told(generate_ledger(3, stores=2, days=720, orders_per_day=4, as_of=LAST_DAY))
    app = shopify.create_app(small)
    copies = -(-orders // sum(1 for _ in small.sales_at(small.ends_at)))
    whole = next(route for route in app.router.routes if getattr(route, "path", "") == "/files/{name}")

    async def multiplied(request: Request) -> Response:
        answer = await whole.endpoint(request)
        lines = bytes(answer.body)
        kinds = set(KIND_OF_ID.findall(lines))
        if b"Order" not in kinds:
            return answer
        return StreamingResponse(copy_of(lines, number, kinds - OF_ALL_ORDERS) for number in range(copies))

    app.router.routes.insert(0, Route("/files/{name}", multiplied, methods=["GET"]))
    return app


KIND_OF_ID = re.compile(rb"gid://shopify/(\w+)/")
OF_ALL_ORDERS = {b"Product", b"ProductVariant", b"Location", b"Customer", b"Shop"}
"""Ids of these are the same in all copies."""


def copy_of(lines: bytes, number: int, kinds: Iterable[bytes]) -> bytes:
    """The lines with ids of their own: five digits more before each."""
    for own in (b'"legacyResourceId":"', *(b"gid://shopify/%s/" % kind for kind in kinds)):
        lines = lines.replace(own, b"%s%05d" % (own, 10_000 + number))
    return lines


VENDORS = {
    "shopify": Vendor(
        app=shopify_app,
        orders="raw_shopify.orders",
        lines="raw_shopify.sales",
        began=datetime.combine(LAST_DAY, clock_time(), UTC) - timedelta(days=725),
        settings={"bulk_from": 0},
        ended=lambda orders: datetime.combine(LAST_DAY, clock_time(12), UTC),
        rate="a bulk operation takes Shopify minutes to hours for so many",
    ),
    "square": Vendor(
        app=square_app,
        orders="raw_square.orders",
        lines="raw_square.order_lines",
        began=FIRST_SALE,
        ended=lambda orders: FIRST_SALE + timedelta(seconds=SECONDS_BETWEEN_SALES * orders, days=1),
        rate="not published; a page of 1,000 orders takes about a second",
    ),
}


def load(pos: str, url: str, orders: int, work: Path) -> Needed:
    """Lands everything, and what this process needed for it."""
    simulated, connector = SIMULATED[pos], CONNECTORS[pos]
    values = {"id": pos, "start_date": VENDORS[pos].began.date(), **VENDORS[pos].settings}
    values |= simulated.connection(url)
    values = {
        name: simulated.secrets[value[2:-1]] if isinstance(value, str) and value.startswith("${") else value
        for name, value in values.items()
    }
    if "token_folder" in connector.settings.model_fields:
        values["token_folder"] = work / "tokens"
    meter = Meter()
    land(
        connector.settings.model_validate(values),
        connector,
        warehouse=work / "warehouse.duckdb",
        pipelines=work / "pipelines",
        lock=nullcontext(),
        hash_key=b"a key",
        now=VENDORS[pos].ended(orders),
        progress=print,
    )
    return meter.read()


def _serve(pos: str, folder: Path, orders: int, pipe: Pipe) -> None:
    with serve(VENDORS[pos].app(folder, orders)) as url:
        pipe.send(url)
        pipe.recv()


@contextmanager
def vendor(pos: str, folder: Path, orders: int) -> Iterator[str]:
    """The vendor in a process of its own; gives its address."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(pos, folder, orders, theirs))
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.send(None)
        process.join()


def measure(pos: str, orders: int) -> None:
    """Prints what the load of one vendor's orders needed."""
    with tempfile.TemporaryDirectory() as given, tempfile.TemporaryDirectory() as work:
        with vendor(pos, Path(given), orders) as url:
            needed = in_own_process(load, pos, url, orders, Path(work))
        with duckdb.connect(f"{work}/warehouse.duckdb", read_only=True) as connection:
            landed, lines = (
                connection.execute(f"select count(*) from {table}").fetchall()[0][0]
                for table in (VENDORS[pos].orders, VENDORS[pos].lines)
            )
    busy_at = landed / (needed.processor_seconds / BUSY_SHARE)
    print(
        f"{pos}: {landed:,} orders, {lines:,} lines: {needed}.\n"
        f"Its processor is busy for a quarter of the time when the vendor gives {busy_at:,.0f} orders a "
        f"second ({VENDORS[pos].rate})."
    )


def main() -> None:
    """Measures one vendor, or all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--pos", choices=list(VENDORS), help="default: all")
    asked = parser.parse_args()
    for pos in [asked.pos] if asked.pos else VENDORS:
        measure(pos, asked.orders)


if __name__ == "__main__":
    main()
