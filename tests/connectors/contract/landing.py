"""A warehouse that an account of any vendor is landed in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
from filelock import FileLock

from connectors.core.connector import Connector, Window
from connectors.core.landing import Landed, land
from connectors.registry import CONNECTORS
from tests.connectors.contract.account import HASH_KEY, Account
from tests.connectors.contract.till import Row, Till


@dataclass
class Warehouse:
    """A folder with a warehouse, in which one vendor's accounts are landed."""

    till: Till
    folder: Path
    lines: list[str] = field(default_factory=list)

    @property
    def file(self) -> Path:
        return self.folder / "warehouse.duckdb"

    @property
    def pipelines(self) -> Path:
        return self.folder / "pipelines"

    def land(
        self,
        account: Account,
        *,
        span: Window | None = None,
        tables: frozenset[str] | None = None,
        connector: Connector | None = None,
    ) -> Landed:
        self.folder.mkdir(exist_ok=True)
        return land(
            account.connection,
            connector or account.connector,
            warehouse=self.file,
            pipelines=self.pipelines,
            lock=FileLock(self.folder / "warehouse.lock"),
            hash_key=HASH_KEY,
            now=account.now,
            tables=tables,
            span=span,
            progress=self.lines.append,
        )

    def tables(self) -> dict[str, list[Row]]:
        """All rows of all raw tables; a table that does not exist yet has none."""
        schema = f"raw_{self.till.pos}"
        exist = "select table_name from information_schema.tables where table_schema = ?"
        with duckdb.connect(str(self.file), read_only=True) as connection:
            tables = {name for (name,) in connection.execute(exist, [schema]).fetchall()}

            def rows(table: str) -> list[Row]:
                if table not in tables:
                    return []
                found: list[Row] = (
                    connection.execute(f"select * from {schema}.{table}").to_arrow_table().to_pylist()
                )
                return found

            return {table.name: rows(table.name) for table in CONNECTORS[self.till.pos].all_tables}

    def stand(self) -> "Stand":
        """What stands there now."""
        return Stand(self.till, self.tables())


@dataclass(frozen=True)
class Stand:
    """What stands in a warehouse at a moment."""

    till: Till
    tables: Mapping[str, list[Row]]

    @property
    def orders(self) -> dict[str, Any]:
        """Order → version."""
        rows = self.tables[self.till.orders]
        found = {row[self.till.order_id]: row[self.till.version] for row in rows}
        assert len(found) == len(rows), "an order stands there twice"
        return found

    @cached_property
    def content(self) -> dict[str, list[str]]:
        """Every row that counts, without what differs from run to run by its nature."""
        till = self.till
        orders = self.tables[till.orders]
        newest = {(row["connection_id"], row[till.order_id]): row[till.version] for row in orders}

        def counts(table: str, row: Row) -> bool:
            if table not in till.children:
                return True
            order_id, version = till.children[table]
            return bool(newest.get((row["connection_id"], row[order_id])) == row[version])

        return {
            table: sorted({self._text(row) for row in rows if counts(table, row)})
            for table, rows in self.tables.items()
        }

    @property
    def events(self) -> dict[str, list[str]]:
        """The content of the tables that time alone adds nothing to."""
        tables = CONNECTORS[self.till.pos].all_tables
        observed, daily = self.till.observed, self.till.daily
        growing = daily | {table.name for table in tables if observed.intersection(table.schema.names)}
        return {table: rows for table, rows in self.content.items() if table not in growing}

    def _text(self, row: Row) -> str:
        left_out = {*self.till.observed, "loaded_at", "_dlt_load_id", "_dlt_id"}
        return repr([(name, value) for name, value in row.items() if name not in left_out])
