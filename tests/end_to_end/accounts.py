"""One ledger told by accounts of several systems, landed and built in one warehouse."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import duckdb

from connectors.core.connection import Connection
from connectors.core.landing import land
from connectors.registry import CONNECTORS
from simulator.csv_export import MAPPING, told_by_files, write_sales_csv
from simulator.expected import expected_figures
from simulator.ledger import Ledger
from simulator.pos import SIMULATED
from simulator.server import serve
from tests.dbt_project.warehouse import OWN_TESTS, Warehouse
from tests.end_to_end.comparison import (
    assert_marts_equal_the_ledger,
    days_in,
    item_days_expected,
    item_days_in,
    same,
)

SYSTEMS = (*SIMULATED, "csv")
TELLS_THE_CLOSE_OF_DAY: dict[str, Callable[[time], dict[str, Any]]] = {
    "toast": lambda close: {"closeout_hour": close.hour},
    "clover": lambda close: {"summary_hour": close.hour},
    "lightspeed_k": lambda close: {"start_of_day": close},
}
"""These tell when a day closes, as their simulated account is set; at the others the connection says so."""


@dataclass(frozen=True)
class Account:
    """One account of one system, and what it can tell of a ledger."""

    pos: str
    id: str
    ledger: Ledger
    cutoff_minutes: int

    @classmethod
    def of(cls, pos: str, number: int, ledger: Ledger, cutoff_minutes: int = 0) -> "Account":
        told = told_by_files if pos == "csv" else SIMULATED[pos].told
        return cls(pos, f"{pos}_{number}", told(ledger), cutoff_minutes)

    def connection(self, folder: Path, servers: ExitStack) -> Connection:
        """Serves the ledger, or writes its file; and the settings that read it."""
        close = time(*divmod(self.cutoff_minutes, 60))
        values: dict[str, Any] = {"id": self.id, "start_date": self.first_day - timedelta(days=2)}
        if self.pos not in TELLS_THE_CLOSE_OF_DAY:
            values["business_day_cutoff"] = f"{close:%H:%M}"
        if self.pos == "csv":
            values |= self._file(folder)
        else:
            simulated = SIMULATED[self.pos]
            app = simulated.create_app(self.ledger)
            if self.pos in TELLS_THE_CLOSE_OF_DAY:
                vars(app.state.account).update(TELLS_THE_CLOSE_OF_DAY[self.pos](close))
            url = servers.enter_context(serve(app))
            values |= with_secrets(simulated.connection(url), simulated.secrets)
        model = CONNECTORS[self.pos].settings
        if "token_folder" in model.model_fields:
            values["token_folder"] = folder / "tokens"
        return model.model_validate(values)

    @property
    def first_day(self) -> date:
        told = (*self.ledger.sales, *self.ledger.returns)
        return min((each.opened_at for each in told), default=self.ledger.ends_at).date()

    def _file(self, folder: Path) -> dict[str, Any]:
        inbox = folder / self.id
        inbox.mkdir()
        write_sales_csv(self.ledger, inbox / "sales.csv")
        zone, currency = self.ledger.stores[0].timezone, self.ledger.stores[0].currency
        return {**MAPPING, "pos": "csv", "inbox": inbox, "timezone": zone, "currency": currency}

    def assert_equal(self, warehouse: duckdb.DuckDBPyConnection, as_of: date) -> None:
        """Every figure of the marts is the ledger's."""
        cutoffs = {store.id: self.cutoff_minutes for store in self.ledger.stores}
        expected = expected_figures(self.ledger, cutoffs=cutoffs, as_of=as_of)
        if self.pos != "csv":
            assert_marts_equal_the_ledger(warehouse, self.id, self.ledger, expected, as_of)
            return
        # a file of sales knows neither payments nor stock
        same("daily revenue", days_in(warehouse, self.id), expected.daily_revenue)
        wanted = item_days_expected(warehouse, self.id, expected, as_of)
        same("item days", item_days_in(warehouse, self.id), wanted)


def with_secrets(values: Mapping[str, Any], secrets: Mapping[str, str]) -> dict[str, Any]:
    """The settings with the secrets that they name."""

    def resolved(value: Any) -> Any:
        if isinstance(value, dict):
            return with_secrets(value, secrets)
        return secrets[value[2:-1]] if isinstance(value, str) and value.startswith("${") else value

    return {name: resolved(value) for name, value in values.items()}


@contextmanager
def built(
    accounts: Sequence[Account], folder: Path, as_of: date, *selected: str
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse of all accounts: everything, or the models and tests that are selected."""
    warehouse = Warehouse(folder / "warehouse.duckdb", {"as_of_date": as_of.isoformat()}).create_raw_tables()
    with ExitStack() as servers:
        for account in accounts:
            land(
                account.connection(folder, servers),
                CONNECTORS[account.pos],
                warehouse=warehouse.path,
                pipelines=folder / "pipelines",
                lock=nullcontext(),
                hash_key=b"a key of this test",
                now=account.ledger.ends_at,
                progress=lambda _: None,
            )
    chosen = ("--select", *selected) if selected else ()
    warehouse.run("build", *OWN_TESTS, *chosen)
    with duckdb.connect(str(warehouse.path)) as connection:
        yield connection
