"""Ledgers that hypothesis makes, many at once: each is a Square account of one merchant."""

import tempfile
from contextlib import ExitStack, nullcontext
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from connectors.core.landing import land
from connectors.registry import CONNECTORS
from connectors.square.settings import SquareConnection
from simulator.expected import expected_figures
from simulator.ledger import Ledger
from simulator.server import serve
from simulator.square import create_app
from simulator.strategies import ledgers
from tests.dbt_project.warehouse import Warehouse
from tests.end_to_end.comparison import assert_marts_equal_the_ledger

TOKEN = "EAAA-square-token-of-a-test"
CUTOFFS = st.sampled_from([0, 240, 239, 1, 23 * 60 + 59])
AS_OF = date(2027, 1, 10)

merchants = st.lists(st.tuples(ledgers(), CUTOFFS), min_size=8, max_size=8)
"""A build of the models takes seconds, whatever it holds: one example is a merchant with eight accounts."""

# a smaller example says little here, and every step towards it costs a whole build
without_shrinking = settings(
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


def assert_every_account_equals_its_ledger(accounts: list[tuple[Ledger, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as servers:
        path = Path(folder) / "warehouse.duckdb"
        warehouse = Warehouse(path, {"as_of_date": AS_OF.isoformat()}).create_raw_tables()
        for number, (ledger, cutoff) in enumerate(accounts):
            hours, minutes = divmod(cutoff, 60)
            connection = SquareConnection(
                id=f"account_{number}",
                access_token=TOKEN,
                base_url=servers.enter_context(serve(create_app(ledger, access_token=TOKEN))),
                business_day_cutoff=f"{hours:02}:{minutes:02}",
                start_date=(ledger.ends_at - timedelta(days=60)).date(),
            )
            land(
                connection,
                CONNECTORS["square"],
                warehouse=path,
                pipelines=Path(folder) / "pipelines",
                lock=nullcontext(),
                hash_key=b"a key of this test",
                now=ledger.ends_at,
                progress=lambda _: None,
            )
        warehouse.run("build", "--exclude-resource-type", "unit_test")
        with duckdb.connect(str(path)) as built:
            for number, (ledger, cutoff) in enumerate(accounts):
                cutoffs = {store.id: cutoff for store in ledger.stores}
                expected = expected_figures(ledger, cutoffs=cutoffs, as_of=AS_OF)
                assert_marts_equal_the_ledger(built, f"account_{number}", ledger, expected, AS_OF)


@given(merchants)
@settings(without_shrinking, max_examples=2)
def test_any_ledger_gives_its_own_figures(accounts: list[tuple[Ledger, int]]) -> None:
    assert_every_account_equals_its_ledger(accounts)


@pytest.mark.chaos
@given(merchants)
@settings(without_shrinking, max_examples=25)
def test_many_more_ledgers_give_their_own_figures(accounts: list[tuple[Ledger, int]]) -> None:
    assert_every_account_equals_its_ledger(accounts)
