"""A simulated Square account, and a warehouse that it is landed in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
from filelock import FileLock
from starlette.applications import Starlette

from connectors.core.connector import Window
from connectors.core.landing import Landed, land
from connectors.registry import CONNECTORS
from connectors.square.schema import INVENTORY_COUNTS
from connectors.square.settings import SquareConnection
from simulator.core.faults import Faults, RequestSeen
from simulator.ledger import Ledger
from simulator.server import serve
from simulator.square.app import ALL_SCOPES, SquareAccount, create_app

TOKEN = "a-token-that-must-appear-nowhere"
HASH_KEY = b"a key for tests"


@dataclass
class Account:
    """One account at a moment that the test sets."""

    ledger: Ledger
    app: Starlette
    faults: Faults
    base_url: str
    now: datetime
    connection_id: str = "square"
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def simulated(self) -> SquareAccount:
        account: SquareAccount = self.app.state.account
        return account

    @property
    def requests(self) -> list[RequestSeen]:
        seen: list[RequestSeen] = self.app.state.requests
        return seen

    @property
    def connection(self) -> SquareConnection:
        first_day = (
            min(sale.opened_at for sale in self.ledger.sales).date() if self.ledger.sales else self.now.date()
        )
        values = {"start_date": first_day - timedelta(days=1), **self.settings}
        return SquareConnection(id=self.connection_id, access_token=TOKEN, base_url=self.base_url, **values)

    def allow(self, *scopes: str) -> None:
        self.simulated.scopes = scopes

    def asked(self, path: str) -> list[RequestSeen]:
        return [request for request in self.requests if request.path == path]


@contextmanager
def an_account(ledger: Ledger, *, connection_id: str = "square") -> Iterator[Account]:
    faults = Faults()
    app = create_app(ledger, access_token=TOKEN, scopes=ALL_SCOPES, faults=faults, clock=lambda: account.now)
    with serve(app) as base_url:
        account = Account(ledger, app, faults, base_url, ledger.ends_at, connection_id)
        yield account


@dataclass
class Warehouse:
    """A folder with a working file."""

    folder: Path
    lines: list[str] = field(default_factory=list)

    @property
    def file(self) -> Path:
        return self.folder / "warehouse.duckdb"

    @property
    def pipelines(self) -> Path:
        return self.folder / "pipelines"

    def land(
        self, account: Account, *, span: Window | None = None, tables: frozenset[str] | None = None
    ) -> Landed:
        return land(
            account.connection,
            CONNECTORS["square"],
            warehouse=self.file,
            pipelines=self.pipelines,
            lock=FileLock(self.folder / "warehouse.lock"),
            hash_key=HASH_KEY,
            now=account.now,
            tables=tables,
            span=span,
            progress=self.lines.append,
        )

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.file), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        """All rows of a raw table, sorted, without the time of loading; none when it does not exist yet."""
        with duckdb.connect(str(self.file), read_only=True) as connection:
            exists = "select 1 from information_schema.tables where table_schema = ? and table_name = ?"
            if not connection.execute(exists, ["raw_square", table]).fetchall():
                return []
            found = connection.execute(f"select * exclude (loaded_at) from raw_square.{table}").fetchall()
        return sorted(found, key=repr)

    def counted(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every raw table; of an order's children only those of its newest version count."""
        found = {table.name: self.rows(table.name) for table in CONNECTORS["square"].all_tables}
        newest = {(row[0], row[1]): row[4] for row in found["orders"]}
        for table in CONNECTORS["square"].tables:
            names = table.schema.names
            if "order_version" in names:
                order, version = names.index("order_id"), names.index("order_version")
                found[table.name] = [
                    row for row in found[table.name] if newest[row[0], row[order]] == row[version]
                ]
        # Of a stock count the moment of reading is kept: it differs from run to run by its nature.
        names = INVENTORY_COUNTS.schema.names
        observed = {names.index("observed_on"), names.index("observed_at")}
        found["inventory_counts"] = sorted(
            {tuple(v for i, v in enumerate(row) if i not in observed) for row in found["inventory_counts"]},
            key=repr,
        )
        return found
