"""A Square account, from the vendor's API to the published file, against the ledger's own arithmetic."""

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.end_to_end.comparison import assert_marts_equal_the_ledger
from tests.end_to_end.conftest import SquareShop, square_shop


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SquareShop]:
    """Twelve stores: Square takes at most ten location ids a request."""
    with square_shop(
        tmp_path_factory.mktemp("chain"), seed=7, stores=12, days=60, orders_per_day=10
    ) as square:
        square.shop.pos("refresh", "--as-of", square.as_of.isoformat())
        yield square


def assert_equal_to_ledger(square: SquareShop) -> None:
    with square.shop.warehouse() as warehouse:
        assert_marts_equal_the_ledger(warehouse, "till", square.ledger, square.expected, square.as_of)


def test_every_figure_of_twelve_stores_equals_the_ledgers(chain: SquareShop) -> None:
    assert len(chain.expected.counted_orders) > 3000
    assert_equal_to_ledger(chain)


def test_a_second_run_changes_no_figure_and_goes_on_where_the_first_ended_without_dlts_folder(
    chain: SquareShop,
) -> None:
    before = chain.shop.rows("select * from marts.fct_sales_lines order by all")
    shutil.rmtree(chain.shop.data / "build" / "pipelines")
    chain.requests.clear()
    chain.shop.pos("refresh", "--as-of", chain.as_of.isoformat())
    asked = [json.loads(seen.body) for seen in chain.requests if seen.path == "/v2/orders/search"]
    first_asked = min(body["query"]["filter"]["date_time_filter"]["updated_at"]["start_at"] for body in asked)
    assert first_asked > (chain.as_of - timedelta(days=7)).isoformat()
    assert chain.shop.rows("select * from marts.fct_sales_lines order by all") == before
    assert_equal_to_ledger(chain)


def test_a_backfill_of_some_days_changes_no_figure(chain: SquareShop) -> None:
    first, last = chain.as_of - timedelta(days=40), chain.as_of - timedelta(days=30)
    chain.shop.pos(
        *("backfill", "till", "--from", first.isoformat(), "--to", last.isoformat()),
        *("--as-of", chain.as_of.isoformat()),
    )
    assert_equal_to_ledger(chain)
