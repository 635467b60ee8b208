"""A simulated account of any vendor, at a moment that the test sets, and what is read of it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import dlt
import pyarrow as pa
import pytest
from starlette.applications import Starlette

from connectors.core.connection import ApiConnection
from connectors.core.connector import Connector, Endpoint, Request, Window
from connectors.core.errors import ConnectorError
from connectors.registry import CONNECTORS
from simulator.core.faults import Faults, RequestSeen
from simulator.generate import generate_ledger
from simulator.ledger import Ledger, SaleState
from simulator.pos import SIMULATED
from simulator.server import serve
from tests.connectors.contract.till import Row, Till

HASH_KEY = b"a key for tests"
REFERENCE = re.compile(r"\$\{(\w+)\}")


@dataclass
class Account:
    """One account of one vendor."""

    till: Till
    ledger: Ledger
    app: Starlette
    faults: Faults
    base_url: str
    now: datetime
    folder: Path
    connection_id: str
    settings: dict[str, Any] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)

    @property
    def connector(self) -> Connector:
        return CONNECTORS[self.till.pos]

    @property
    def simulated(self) -> Any:
        return self.app.state.account

    @property
    def requests(self) -> list[RequestSeen]:
        seen: list[RequestSeen] = self.app.state.requests
        return seen

    @property
    def values(self) -> dict[str, Any]:
        """The settings as the connector's model takes them."""
        sales = self.ledger.sales
        first_day = min((sale.opened_at for sale in sales), default=self.now).date()
        values = {
            **SIMULATED[self.till.pos].connection(self.base_url),
            **self.till.settings,
            "id": self.connection_id,
            "start_date": first_day - timedelta(days=1),
            **self.settings,
        }
        if "token_folder" in self.connector.settings.model_fields:
            values["token_folder"] = self.folder / "tokens"
        return {name: self._resolved(value) for name, value in values.items()}

    @property
    def connection(self) -> ApiConnection:
        connection = self.connector.settings.model_validate(self.values)
        assert isinstance(connection, ApiConnection)
        return connection

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        return self.connector.endpoints_of(self.connection)

    @property
    def sales_read_by(self) -> str:
        """How the endpoint is read that fills the table of orders in every run."""
        filling = [one for one in self.endpoints if self.till.orders in {table.name for table in one.tables}]
        (read_by,) = {one.read_by for one in filling if one.read_by != "spans"}
        return read_by

    @property
    def told(self) -> Mapping[str, Any]:
        """Order → version, as the ledger says that the vendor tells them now."""
        return self.till.told(self.ledger, self.now)

    def edit(self, order_ids: Iterable[str]) -> None:
        for order_id in order_ids:
            self.simulated.edit_order(order_id)

    def _resolved(self, value: Any) -> Any:
        reference = REFERENCE.fullmatch(value) if isinstance(value, str) else None
        return self.secrets[reference[1]] if reference else value


@contextmanager
def an_account(
    till: Till, ledger: Ledger, folder: Path, *, connection_id: str | None = None
) -> Iterator[Account]:
    simulated, faults = SIMULATED[till.pos], Faults()
    app = simulated.create_app(ledger, faults=faults, clock=lambda: account.now)
    with serve(app) as base_url:
        account = Account(
            till,
            ledger,
            app,
            faults,
            base_url,
            ledger.ends_at,
            folder,
            connection_id or till.pos,
            secrets=dict(simulated.secrets),
        )
        yield account


@cache
def small_ledger(till: Till) -> Ledger:
    """A few days' trade of two stores, with late and edited orders, as far as the vendor can tell it."""
    made = generate_ledger(49, stores=2, days=9, orders_per_day=3, items=8, customers=6)
    return SIMULATED[till.pos].told(made)


def with_sales(ledger: Ledger, count: int) -> Ledger:
    """The same stores with so many plain sales, and nothing else."""
    plain = [sale for sale in ledger.sales_at(ledger.ends_at) if sale.state == SaleState.COMPLETED]
    kept = tuple(sale for sale in plain if not sale.credit)[:count]
    assert len(kept) == count, f"the ledger has {len(kept)} plain sales only"
    return replace(ledger, sales=kept, returns=(), refunds=(), movements=())


@dataclass(frozen=True)
class _Told:
    """Rows and the table that they belong to, on their way to dlt."""

    table: str
    rows: pa.Table


@dataclass(frozen=True)
class Reading:
    """What one request brought, without a warehouse."""

    till: Till
    tables: Mapping[str, list[Row]]
    skipped: Mapping[str, str]

    @property
    def orders(self) -> dict[str, Any]:
        """Order → its newest version."""
        newest: dict[str, Any] = {}
        for row in self.tables.get(self.till.orders, ()):
            order, version = row[self.till.order_id], row[self.till.version]
            newest[order] = max(version, newest.get(order, version))
        return newest

    def content(self) -> dict[str, set[str]]:
        """Every row of every table, without what differs from run to run by its nature."""
        left_out = {*self.till.observed, "loaded_at"}
        return {
            table: {
                repr([(name, value) for name, value in row.items() if name not in left_out]) for row in rows
            }
            for table, rows in self.tables.items()
        }


def read(account: Account, *, since: datetime | None = None) -> Reading:
    """Reads everything that changed, without a warehouse.

    Args:
        account: Whose.
        since: From when on. Default: from the start of the history.

    Raises:
        ConnectorError: As a landing raises it.
    """
    connection, connector = account.connection, account.connector
    request = Request(
        window=Window(since or connection.history_start(account.now), account.now),
        by_sale_date=False,
        snapshots=True,
        hash_key=HASH_KEY,
        loaded_at=account.now,
    )
    source = connector.source(connection, request)
    names = [endpoint.name for endpoint in account.endpoints if endpoint.read_by != "spans"]
    tables: dict[str, list[Row]] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dlt.mark, "with_hints", lambda rows, hints, **_: _Told(hints["table_name"], rows))
        try:
            for told in source.with_resources(*names):
                tables.setdefault(told.table, []).extend(told.rows.to_pylist())
        except Exception as failure:  # noqa: BLE001 - dlt reports all kinds; the cause is raised
            raise _cause(failure) from None
    return Reading(account.till, tables, request.skipped)


def _cause(failure: BaseException) -> BaseException:
    """The connector's own error below dlt's report of it."""
    beneath: BaseException | None = failure
    while beneath:
        if isinstance(beneath, ConnectorError):
            return beneath
        beneath = beneath.__cause__ or beneath.__context__
    return failure
