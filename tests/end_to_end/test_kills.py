"""`pos refresh` killed without warning in each phase, and started again."""

import json
from collections.abc import Callable

from tests.end_to_end.comparison import assert_marts_equal_the_ledger
from tests.end_to_end.conftest import SquareShop


def while_extracting(square: SquareShop) -> Callable[[], bool]:
    return lambda: sum(seen.path == "/v2/payments" for seen in square.requests) >= 2


def while_loading(square: SquareShop) -> Callable[[], bool]:
    pipelines = square.shop.data / "build" / "pipelines"
    return lambda: any(pipelines.glob("*/load/normalized/*/started_jobs/*"))


def while_building(square: SquareShop) -> Callable[[], bool]:
    """Once some models stand and others do not."""
    log = square.shop.data / "build" / "dbt" / "run"
    return lambda: audit_status(square) == "building" and len(list(log.rglob("*.sql"))) >= 12


def while_publishing(square: SquareShop) -> Callable[[], bool]:
    """Once the build has passed: a kill in the middle of the copy is a test of the publisher's own."""
    return lambda: audit_status(square) == "passed"


def audit_status(square: SquareShop) -> str | None:
    stamp = square.shop.data / "build" / "audit.json"
    return json.loads(stamp.read_text())["status"] if stamp.exists() else None


PHASES = {
    "extract": while_extracting,
    "load": while_loading,
    "dbt": while_building,
    "publish": while_publishing,
}


def test_a_refresh_that_is_killed_in_one_phase_after_the_other_gives_the_ledgers_figures(
    small_square: SquareShop,
) -> None:
    shop, as_of = small_square.shop, small_square.as_of.isoformat()
    for phase, reached in PHASES.items():
        small_square.requests.clear()
        assert shop.kill_when(reached(small_square), "refresh", "--as-of", as_of), (
            f"it was never seen: {phase}"
        )
        assert not shop.published.exists()
    shop.pos("refresh", "--as-of", as_of)
    with shop.warehouse() as warehouse:
        assert_marts_equal_the_ledger(
            warehouse, "till", small_square.ledger, small_square.expected, small_square.as_of
        )
