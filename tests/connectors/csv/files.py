"""What the tests of the CSV connector share: a mapping, a way to write a file, and a way to read it back."""

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from connectors.core.landing import Landed, land
from connectors.core.projector import Stamp
from connectors.csv import CONNECTOR
from connectors.csv.inbox import content_hash
from connectors.csv.layout import Layout
from connectors.csv.sales import SalesParser
from connectors.csv.settings import CsvConnection
from connectors.csv.source import open_file

NOW = datetime(2026, 6, 1, tzinfo=UTC)
HASH_KEY = b"a key of thirty-two bytes or more"
COLUMNS = {
    "order_id": "Receipt",
    "sold_at": "Time",
    "item_name": "Item",
    "quantity": "Qty",
    "unit_price": "Price",
}


def connection(**settings: Any) -> CsvConnection:
    """A connection with a small mapping, some of it replaced."""
    values = {"id": "shop", "pos": "csv", "timezone": "Europe/London", "currency": "GBP", "columns": COLUMNS}
    return CsvConnection.model_validate({**values, **settings})


@dataclass(frozen=True)
class Read:
    """A file as the connector read it."""

    sales: list[dict[str, Any]]
    rejected: list[dict[str, Any]]
    skipped: int

    @property
    def reasons(self) -> list[tuple[int, str]]:
        return [(int(row["position"]), row["reason"]) for row in self.rejected]


def read_file(path: Path, settings: CsvConnection) -> Read:
    """Reads one file without a warehouse."""
    parser = SalesParser(
        Layout.of(settings, open_file(settings, path)), content_hash(path), Stamp(settings.id, NOW, HASH_KEY)
    )
    outcomes = list(parser.outcomes())
    return Read(
        pa.concat_tables([outcome.sales for outcome in outcomes]).to_pylist(),
        [row for outcome in outcomes for row in outcome.rejected],
        sum(outcome.skipped for outcome in outcomes),
    )


class Warehouse:
    """A DuckDB file that connections are landed in, through the same door as in production."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "warehouse.duckdb"
        self.pipelines = folder / "pipelines"

    def land(self, settings: CsvConnection, now: datetime = NOW) -> Landed:
        return land(
            settings,
            CONNECTOR,
            warehouse=self.file,
            pipelines=self.pipelines,
            lock=nullcontext(),
            hash_key=HASH_KEY,
            now=now,
            progress=lambda line: None,
        )

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.file), read_only=True) as database:
            return database.sql(query).fetchall()

    def has(self, table: str) -> bool:
        schema, name = table.split(".")
        found = f"select 1 from duckdb_tables() where schema_name = '{schema}' and table_name = '{name}'"
        return self.file.exists() and bool(self.rows(found))
