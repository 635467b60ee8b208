"""One ledger, any till: whatever system tells what happened, the marts say the same, to the cent.

What a system has no words for is taken out of its ledger by its own `told`, and is named there with the
reason; DECISIONS.md lists it for all of them.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from simulator.expected import expected_figures
from simulator.generate import generate_ledger
from simulator.ledger import Ledger
from simulator.pos import SIMULATED
from simulator.strategies import ledgers
from tests.end_to_end.accounts import SYSTEMS, Account, built

AS_OF = date(2027, 1, 10)
CUTOFFS = st.sampled_from([0, 240, 239, 1, 23 * 60 + 59])
Merchant = tuple[Ledger, int]
"""What happened, and the minutes after midnight until which a sale belongs to the day before."""

# a smaller example says little here, and every step towards it costs a whole build
without_shrinking = settings(
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


@pytest.fixture(scope="module")
def chain() -> tuple[Account, ...]:
    """The same chain of stores, on every system."""
    ledger = generate_ledger(23, stores=3, days=20, orders_per_day=8, items=20, customers=15, as_of=AS_OF)
    return tuple(Account.of(pos, 0, ledger) for pos in SYSTEMS)


@pytest.fixture(scope="module")
def warehouse(
    chain: tuple[Account, ...], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    with built(chain, tmp_path_factory.mktemp("chain"), AS_OF) as connection:
        yield connection


@pytest.mark.parametrize("pos", SYSTEMS)
def test_the_same_ledger_gives_its_own_figures_on_every_till(
    pos: str, chain: tuple[Account, ...], warehouse: duckdb.DuckDBPyConnection
) -> None:
    (account,) = (each for each in chain if each.pos == pos)
    figures = expected_figures(account.ledger, as_of=AS_OF)
    assert len(figures.counted_orders) > 100
    assert sum(sums["returns"] for sums in figures.daily_revenue.values()) > 0
    account.assert_equal(warehouse, AS_OF)


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
    with built(accounts, folder, AS_OF) as warehouse:
        for account in accounts:
            account.assert_equal(warehouse, AS_OF)


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
