"""A warehouse that grows day by day, as a shop's does, with what arrives late, is edited or is deleted."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from connectors.core.connection import Connection
from connectors.core.landing import land
from connectors.registry import CONNECTORS
from simulator.csv_export import write_sales_csv
from simulator.ledger import Ledger, SaleState
from simulator.pos import SIMULATED
from simulator.server import serve
from tests.dbt_project.warehouse import Warehouse, copied
from tests.end_to_end.accounts import Account, with_secrets

READ_AT = time(10, tzinfo=UTC)
LINES: Mapping[str, tuple[str, str, str, str, str]] = {
    "square": ("orders", "id", "order_lines", "order_id", "quantity"),
    "toast": ("orders", "guid", "selections", "order_guid", "quantity"),
    "clover": ("orders", "id", "order_lines", "order_id", "unit_qty"),
    "lightspeed_r": ("sales", "id", "sale_lines", "sale_id", "quantity"),
    "lightspeed_x": ("sales", "id", "sale_lines", "sale_id", "quantity"),
    "lightspeed_k": ("sales", "id", "sale_lines", "sale_id", "quantity"),
    "generic": ("orders", "order_id", "order_lines", "order_id", "quantity"),
}
"""Raw tables of orders and of lines, each with the column that names the order, and the lines' quantity."""
STAMPS = frozenset({"built_at", "day_version"})
"""Columns that say when and of what a row was made; rows that mean the same may differ in them."""


@dataclass
class GrowingAccount:
    """One account whose vendor's time goes on.

    Attributes:
        account: What happened, and how it is connected.
        now: The vendor's time.
    """

    account: Account
    folder: Path
    now: datetime
    _app: Any = None
    _connection: Connection | None = None
    _changed: list[str] = field(default_factory=list)

    def open(self, servers: ExitStack) -> None:
        """Serves the account, or makes its inbox; and reads its settings."""
        pos, ledger = self.account.pos, self.account.ledger
        if pos == "csv":
            self._connection = self.account.connection(self.folder, servers)
            for path in self.inbox.iterdir():
                path.unlink()
            return
        simulated = SIMULATED[pos]
        self._app = simulated.create_app(ledger, clock=lambda: self.now)
        url = servers.enter_context(serve(self._app))
        values = {
            "id": self.account.id,
            "start_date": self.account.first_day - timedelta(days=2),
            **with_secrets(simulated.connection(url), simulated.secrets),
        }
        model = CONNECTORS[pos].settings
        if "token_folder" in model.model_fields:
            values["token_folder"] = self.folder / "tokens"
        self._connection = model.model_validate(values)

    @property
    def inbox(self) -> Path:
        return self.folder / self.account.id

    def edit_and_delete(self, number: int) -> None:
        """Changes an order of some days ago, and deletes or voids another where the vendor lets one."""
        state = getattr(self._app, "state", None)
        if state is None:
            return
        old = [
            sale.id
            for sale in self.account.ledger.sales
            if sale.state == SaleState.COMPLETED
            and sale.version == 1
            and sale.visible_at < self.now - timedelta(days=2)
            and sale.id not in self._changed
        ]
        account = state.account
        if old and hasattr(account, "edit_order"):
            account.edit_order(old[number % len(old)])
        delete = getattr(account, "delete_order", getattr(account, "void_sale", None))
        if old and number % 2 and delete:
            gone = old[(7 * number) % len(old)]
            delete(gone)
            self._changed.append(gone)

    def land(self, warehouse: Warehouse) -> None:
        """Reads what is new."""
        assert self._connection
        if self.account.pos == "csv":
            write_sales_csv(
                recent(self.account.ledger, self.now), self.inbox / f"{self.now:%Y%m%d}.csv", at=self.now
            )
        land(
            self._connection,
            CONNECTORS[self.account.pos],
            warehouse=warehouse.path,
            pipelines=self.folder / "pipelines",
            lock=nullcontext(),
            hash_key=b"a key of this test",
            now=self.now,
            progress=lambda _: None,
        )

    def correct_a_quantity(self, warehouse: Warehouse, number: int) -> None:
        """An order of an earlier night comes again, with twice the quantity in one of its lines.

        The vendors' simulators change an order's version, not what it holds.
        """
        if self.account.pos not in LINES:
            return
        orders, order_id, lines, order_of_line, quantity = LINES[self.account.pos]
        account = f"connection_id = '{self.account.id}'"
        stamp = (self.now + timedelta(minutes=5)).isoformat()
        with duckdb.connect(str(warehouse.path)) as connection:
            connection.execute(f"use raw_{self.account.pos}")
            old = connection.execute(
                f"select {order_of_line} as of_order from {lines} where {account} and loaded_at < ?"
                " group by of_order order by hash(of_order, ?) limit 1",
                [self.now, number],
            ).fetchone()
            if not old:
                return
            connection.execute(
                f"update {lines} set {quantity} = 2 * coalesce({quantity}, 1000) where rowid ="
                f" (select min(rowid) from {lines} where {account} and {order_of_line} = ?)",
                old,
            )
            for table, column in ((orders, order_id), (lines, order_of_line)):
                connection.execute(
                    f"update {table} set loaded_at = cast(? as timestamptz) where {account} and {column} = ?",
                    [stamp, *old],
                )


def recent(ledger: Ledger, now: datetime) -> Ledger:
    """What a daily export holds: the sales and returns of the last four days."""
    since = now - timedelta(days=4)
    return replace(
        ledger,
        sales=tuple(sale for sale in ledger.sales if sale.opened_at >= since),
        returns=tuple(given for given in ledger.returns if given.opened_at >= since),
    )


def grown(
    accounts: Sequence[Account], folder: Path, days: int, *selected: str
) -> Iterator[tuple[date, Warehouse]]:
    """Lands and builds every day for so many days up to the ledgers' end; yields after each build."""
    end = accounts[0].ledger.ends_at
    first = datetime.combine(end.date() - timedelta(days=days - 1), READ_AT)
    warehouse = Warehouse(folder / "warehouse.duckdb").create_raw_tables()
    growing = [GrowingAccount(account, folder, first) for account in accounts]
    chosen = ("--select", *selected) if selected else ()
    with ExitStack() as servers:
        for each in growing:
            each.open(servers)
        for number in range(days):
            for each in growing:
                each.now = first + timedelta(days=number)
                each.edit_and_delete(number)
                each.land(warehouse)
                each.correct_a_quantity(warehouse, number)
            today = (first + timedelta(days=number)).date()
            warehouse.variables = {"as_of_date": today.isoformat()}
            warehouse.run("build", "--exclude-resource-type", "unit_test", *chosen)
            yield today, warehouse


def rows_that_differ(grown: Path, rebuilt: Path) -> dict[str, tuple[int, int]]:
    """Tables of `unified` and `marts` that differ: how many rows only the one has, and only the other."""
    differing: dict[str, tuple[int, int]] = {}
    with TemporaryDirectory() as folder, duckdb.connect() as connection:
        for name, path in (("grown", grown), ("rebuilt", rebuilt)):
            copy = copied(path, Path(folder) / f"{name}.duckdb")
            connection.execute(f"attach '{copy}' as {name} (read_only)")
        tables = connection.execute(
            "select distinct schema_name, table_name from duckdb_tables()"
            " where database_name in ('grown', 'rebuilt') and schema_name in ('unified', 'marts')"
        ).fetchall()
        for schema, table in sorted(tables):
            columns = connection.execute(
                "select column_name, data_type from duckdb_columns()"
                " where database_name = 'rebuilt' and schema_name = ? and table_name = ?",
                [schema, table],
            ).fetchall()
            # a sum of doubles differs in its last bits from run to run
            chosen = ", ".join(
                f'round("{name}", 6) as "{name}"' if kind == "DOUBLE" else f'"{name}"'
                for name, kind in columns
                if name not in STAMPS
            )
            sides = [f"select {chosen} from {side}.{schema}.{table}" for side in ("grown", "rebuilt")]
            counts = tuple(
                connection.execute(f"select count(*) from ({one} except all {other})").fetchall()[0][0]
                for one, other in (sides, sides[::-1])
            )
            if any(counts):
                differing[f"{schema}.{table}"] = counts
    return differing
