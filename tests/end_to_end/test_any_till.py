"""One ledger, any till: whatever system tells what happened, the marts say the same, to the cent.

What a system has no words for is taken out of its ledger by its own `told`, and is named there with the
reason; DECISIONS.md lists it for all of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from connectors.core.connection import Connection
from connectors.core.landing import land
from connectors.registry import CONNECTORS
from simulator.csv_export import MAPPING, told_by_files, write_sales_csv
from simulator.expected import expected_figures
from simulator.generate import generate_ledger
from simulator.ledger import Ledger
from simulator.pos import SIMULATED
from simulator.server import serve
from simulator.strategies import ledgers
from tests.dbt_project.warehouse import Warehouse
from tests.end_to_end.comparison import (
    assert_marts_equal_the_ledger,
    days_in,
    item_days_expected,
    item_days_in,
    same,
)

AS_OF = date(2027, 1, 10)
SYSTEMS = (*SIMULATED, "csv")
CLOSES_ITS_OWN_DAY = frozenset({"toast", "clover", "lightspeed_k"})
"""These tell when a day closes; at the others the connection's setting says so."""
CUTOFFS = st.sampled_from([0, 240, 239, 1, 23 * 60 + 59])
Merchant = tuple[Ledger, int]
"""What happened, and the minutes after midnight until which a sale belongs to the day before."""

# a smaller example says little here, and every step towards it costs a whole build
without_shrinking = settings(
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


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
        cutoff_minutes = 0 if pos in CLOSES_ITS_OWN_DAY else cutoff_minutes
        return cls(pos, f"{pos}_{number}", told(ledger), cutoff_minutes)

    def connection(self, folder: Path, servers: ExitStack) -> Connection:
        """Serves the ledger, or writes its file; and the settings that read it."""
        hours, minutes = divmod(self.cutoff_minutes, 60)
        values: dict[str, Any] = {
            "id": self.id,
            "start_date": self.first_day - timedelta(days=2),
            "business_day_cutoff": f"{hours:02}:{minutes:02}",
        }
        if self.pos == "csv":
            values |= self._file(folder)
        else:
            simulated = SIMULATED[self.pos]
            url = servers.enter_context(serve(simulated.create_app(self.ledger)))
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

    def assert_equal(self, warehouse: duckdb.DuckDBPyConnection) -> None:
        """Every figure of the marts is the ledger's."""
        cutoffs = {store.id: self.cutoff_minutes for store in self.ledger.stores}
        expected = expected_figures(self.ledger, cutoffs=cutoffs, as_of=AS_OF)
        if self.pos != "csv":
            assert_marts_equal_the_ledger(warehouse, self.id, self.ledger, expected, AS_OF)
            return
        # a file of sales knows neither payments nor stock
        same("daily revenue", days_in(warehouse, self.id), expected.daily_revenue)
        wanted = item_days_expected(warehouse, self.id, expected, AS_OF)
        same("item days", item_days_in(warehouse, self.id), wanted)


def with_secrets(values: Mapping[str, Any], secrets: Mapping[str, str]) -> dict[str, Any]:
    """The settings with the secrets that they name."""

    def resolved(value: Any) -> Any:
        if isinstance(value, dict):
            return with_secrets(value, secrets)
        return secrets[value[2:-1]] if isinstance(value, str) and value.startswith("${") else value

    return {name: resolved(value) for name, value in values.items()}


@contextmanager
def built(accounts: Sequence[Account], folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse of all accounts."""
    warehouse = Warehouse(folder / "warehouse.duckdb", {"as_of_date": AS_OF.isoformat()}).create_raw_tables()
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
    warehouse.run("build", "--exclude-resource-type", "unit_test")
    with duckdb.connect(str(warehouse.path)) as connection:
        yield connection


@pytest.fixture(scope="module")
def chain() -> tuple[Account, ...]:
    """The same chain of stores, on every system."""
    ledger = generate_ledger(23, stores=3, days=20, orders_per_day=8, items=20, customers=15, as_of=AS_OF)
    return tuple(Account.of(pos, 0, ledger) for pos in SYSTEMS)


@pytest.fixture(scope="module")
def warehouse(
    chain: tuple[Account, ...], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    with built(chain, tmp_path_factory.mktemp("chain")) as connection:
        yield connection


@pytest.mark.parametrize("pos", SYSTEMS)
def test_the_same_ledger_gives_its_own_figures_on_every_till(
    pos: str, chain: tuple[Account, ...], warehouse: duckdb.DuckDBPyConnection
) -> None:
    (account,) = (each for each in chain if each.pos == pos)
    figures = expected_figures(account.ledger, as_of=AS_OF)
    assert len(figures.counted_orders) > 100
    assert sum(sums["returns"] for sums in figures.daily_revenue.values()) > 0
    account.assert_equal(warehouse)


def test_what_vendors_report_of_their_own_sales_is_what_we_say(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "select pos, count(*), count(*) filter (where differs) from marts.vendor_reconciliation group by pos"
    ).fetchall()
    assert {pos for pos, _, _ in found} >= {"square"}
    assert all(days > 10 for _, days, _ in found)
    assert [(pos, differing) for pos, _, differing in found if differing] == []


@pytest.mark.parametrize("pos", SIMULATED)
def test_what_a_system_cannot_tell_is_named(pos: str) -> None:
    ledger = generate_ledger(23, stores=3, days=20, orders_per_day=8, items=20, customers=15, as_of=AS_OF)
    changed = SIMULATED[pos].told(ledger) != ledger
    assert changed <= bool(SIMULATED[pos].differences)
    decisions = (Path(__file__).parents[2] / "DECISIONS.md").read_text()
    assert [sentence for sentence in SIMULATED[pos].differences if sentence not in decisions] == []


def assert_every_account_equals_its_ledger(merchants: Sequence[Merchant], folder: Path) -> None:
    accounts = [
        Account.of(pos, number, *merchant) for pos in SYSTEMS for number, merchant in enumerate(merchants)
    ]
    with built(accounts, folder) as warehouse:
        for account in accounts:
            account.assert_equal(warehouse)


def merchants(count: int) -> st.SearchStrategy[list[Merchant]]:
    """A build of the models takes seconds, whatever it holds: one example is several merchants."""
    return st.lists(st.tuples(ledgers(), CUTOFFS), min_size=count, max_size=count)


@given(merchants(3))
@settings(without_shrinking, max_examples=1)
def test_any_ledger_gives_its_own_figures_on_every_till(
    tmp_path_factory: pytest.TempPathFactory, made: list[Merchant]
) -> None:
    assert_every_account_equals_its_ledger(made, tmp_path_factory.mktemp("any"))


@pytest.mark.chaos
@given(merchants(5))
@settings(without_shrinking, max_examples=20)
def test_many_more_ledgers_give_their_own_figures_on_every_till(
    tmp_path_factory: pytest.TempPathFactory, made: list[Merchant]
) -> None:
    assert_every_account_equals_its_ledger(made, tmp_path_factory.mktemp("many"))
