"""What every vendor leaves in the warehouse, run after run: nothing lost, nothing doubled."""

import json
import multiprocessing
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.core.landing import Landed
from simulator.ledger import Ledger
from tests.connectors.contract.account import HASH_KEY, Account, an_account, read
from tests.connectors.contract.dying import PAGES_OF_A_LOAD, in_short_loads, land_and_die
from tests.connectors.contract.landing import Stand, Warehouse
from tests.connectors.contract.till import Till


@dataclass(frozen=True)
class Run:
    """What a run brought, what stood in the warehouse after it, and what the ledger said then."""

    landed: Landed
    stand: Stand
    told: dict[str, Any]


@dataclass(frozen=True)
class History:
    """One account, landed again and again.

    Attributes:
        first: A first load, some days before the end.
        second: At the end: late and edited orders have come.
        quiet: Ten days later, when nothing has happened since, and what came last is read once more.
        deleted: Another ten days later, when an order has been deleted; None: the vendor deletes none.
        gone: That order.
    """

    first: Run
    second: Run
    quiet: Run
    deleted: Run | None
    gone: str


@pytest.fixture(scope="module")
def opened(
    till: Till, ledger: Ledger, small_steps: list[float], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Account]:
    with an_account(till, ledger, tmp_path_factory.mktemp(till.pos)) as account:
        yield account


@pytest.fixture(scope="module")
def history(opened: Account) -> History:
    warehouse = Warehouse(opened.till, opened.folder / "history")
    end = opened.ledger.ends_at
    gone = min(opened.told)

    def run() -> Run:
        landed = warehouse.land(opened)
        return Run(landed, warehouse.stand(), dict(opened.told))

    opened.now = end - timedelta(hours=100)
    first = run()
    opened.now = end
    second = run()
    opened.now += timedelta(days=10)
    quiet = run()
    deleted = None
    if opened.till.deletion:
        opened.now += timedelta(days=10)
        opened.simulated.delete_order(gone)
        opened.now += timedelta(minutes=5)
        deleted = run()
    return History(first, second, quiet, deleted, gone)


def test_a_first_load_brings_every_order_that_is_told_then(history: History) -> None:
    assert history.first.stand.orders == history.first.told
    assert history.first.landed.warnings == ()
    assert history.first.landed.rejected == 0


def test_late_and_edited_orders_come_with_the_next_run(history: History) -> None:
    assert history.second.stand.orders == history.second.told
    before, after = history.first.told, history.second.told
    assert after.keys() > before.keys()
    assert any(after[order] != version for order, version in before.items()), "some order has to be edited"


def test_a_run_that_brings_nothing_new_succeeds_and_changes_nothing(
    history: History, opened: Account
) -> None:
    landed = history.quiet.landed
    assert landed.warnings == ()
    assert landed.rejected == 0
    assert history.quiet.stand.events == history.second.stand.events
    # Windows look back, a feed does not.
    assert landed.rows[opened.till.orders] == 0 or opened.sales_read_by == "windows"


def test_a_deleted_order_stops_counting(history: History, opened: Account) -> None:
    deletion = opened.till.deletion
    assert bool(deletion) == hasattr(opened.simulated, "delete_order")
    if deletion and history.deleted:
        assert history.gone in deletion.alive(history.quiet.stand.tables)
        alive = deletion.alive(history.deleted.stand.tables)
        assert alive == history.deleted.told.keys() - {history.gone}


@pytest.mark.parametrize(
    ("place", "times"),
    [
        ("extract", 2),
        *(
            pytest.param(*case, marks=pytest.mark.chaos)
            for case in (("load", 1), ("normalize", 2), ("copy", 3), ("package", 2))
        ),
    ],
)
def test_a_first_load_killed_without_warning_goes_on_and_ends_as_many_runs_do(
    opened: Account, history: History, tmp_path: Path, place: str, times: int
) -> None:
    opened.now = opened.ledger.ends_at
    committed = land_until_killed(opened, tmp_path, place, times)
    warehouse = Warehouse(opened.till, tmp_path)
    done = len(opened.requests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(*PAGES_OF_A_LOAD)
        warehouse.land(opened, connector=in_short_loads(opened.connector))
    asked = len(opened.requests) - done
    assert warehouse.stand().events == history.second.stand.events
    if place != "extract":
        return  # what was committed before is known for certain only then
    if opened.sales_read_by == "windows":
        assert committed
        assert spans(committed).isdisjoint(spans(warehouse.lines))
    else:
        done = len(opened.requests)
        read(opened)
        assert asked < len(opened.requests) - done


def land_until_killed(account: Account, folder: Path, place: str, times: int) -> list[str]:
    """Lands in a process of its own, which is killed; gives the lines about what was committed before."""
    constants = dict([*account.till.small_pages.items(), PAGES_OF_A_LOAD])
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.connectors.contract.dying"])
    arguments = (account.till.pos, account.values, constants, folder, account.now, HASH_KEY, place, times)
    process = processes.Process(target=land_and_die, args=arguments)
    process.start()
    process.join(120)
    assert process.exitcode == -signal.SIGKILL
    written = folder / "committed.json"
    lines: list[str] = json.loads(written.read_text()) if written.exists() else []
    return lines


def spans(lines: list[str]) -> set[str]:
    """Which spans of time some loads read, by what they told of their progress."""
    return {line.split(", ")[1].rpartition(":")[0] for line in lines}
