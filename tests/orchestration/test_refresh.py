"""`pos refresh` on a small sales file, the whole way, and killed in every phase."""

import csv
import io
import os
import signal
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from orchestration.audit import AuditStamp, Status
from orchestration.dbt import project_version
from orchestration.instance import prepare_dagster_home
from orchestration.publisher import Publisher
from orchestration.settings import Settings
from orchestration.warehouse import built_by
from tests.orchestration.command import Command
from tests.orchestration.processes import start

CONNECTIONS = """\
connections:
  - id: shop
    pos: csv
    inbox: inbox
    store_name: Shop
    timezone: Europe/London
    currency: GBP
    date_format: "%Y-%m-%d"
    columns: {order_id: order, sold_at: day, item_name: item, quantity: quantity, unit_price: price}
"""
FIRST_DAY, DAYS = date(2026, 1, 1), 60
AS_OF = FIRST_DAY + timedelta(days=DAYS)
UNITS = {"tea": 3, "cake": 1}
PRICES = {"tea": "2.50", "cake": "4.20"}
NET_SALES = DAYS * (3 * 2.5 + 1 * 4.2)

KILLED = """
import os, signal, sys
from orchestration.cli import main

def kill(*arguments, **named):
    os.kill(os.getpid(), signal.SIGKILL)

phase = sys.argv.pop(1)
if phase == "extract":
    import dlt
    dlt.Pipeline.normalize = kill
elif phase == "load":
    from dlt.load.load import Load
    Load.complete_package = kill
elif phase == "dbt":
    from dbt.task.run import ModelRunner
    ModelRunner.after_execute = kill
elif phase == "order list":
    import planning.recommendations
    planning.recommendations.recommend = kill
elif phase == "publish":
    from orchestration import publisher
    publisher.Publisher._point_link_to = kill
main()
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A shop that sells three teas and a cake every day."""
    (tmp_path / "connections.yaml").write_text(CONNECTIONS)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    lines = ["order,day,item,quantity,price"]
    for number in range(DAYS):
        day = FIRST_DAY + timedelta(days=number)
        lines += [f"{number},{day},{item},{UNITS[item]},{PRICES[item]}" for item in UNITS]
    (inbox / "sales.csv").write_text("\n".join(lines) + "\n")
    monkeypatch.setenv("POS_HASH_KEY", "0123456789abcdef0123456789abcdef")
    return tmp_path


def figures(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    """What a reader would look at, without the times at which rows were loaded."""
    with duckdb.connect(str(settings.published_file), read_only=True) as connection:
        return {
            "revenue": connection.execute("from marts.daily_revenue order by all").fetchall(),
            "lines": connection.execute("from marts.fct_sales_lines order by all").fetchall(),
            "orders": [
                # DuckDB adds floating-point numbers in the order in which its threads finish
                tuple(round(cell, 6) if isinstance(cell, float) else cell for cell in row)
                for row in connection.execute(
                    "from planning.order_recommendations order by location_key, item_key"
                ).fetchall()
            ],
            "raw": connection.execute("select count(*) from raw_csv.sales").fetchall(),
        }


def refresh(pos: Command) -> str:
    outcome = pos("refresh", "--as-of", AS_OF.isoformat())
    assert outcome.code == 0, outcome.err
    # another process may write to the warehouse next: what this one keeps in memory of it would be wrong
    assert not [path for path in open_files() if path.name.startswith("warehouse.duckdb")]
    return outcome.out


def open_files() -> list[Path]:
    """Files that this process has open."""
    return [each.readlink() for each in Path("/proc/self/fd").iterdir() if each.is_symlink()]


def test_a_refresh_publishes_figures_and_everything_about_it_can_be_asked_and_a_failed_one_does_not(
    pos: Command, shop: Path, settings: Settings, audit: AuditStamp, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shop / "settings").mkdir()
    (shop / "settings" / "replenishment.csv").write_text(
        "scope,key,max_stock,pack_size\nitem,shop:tee,9,12\n"
    )
    said = refresh(pos)
    first = figures(settings)
    version = Publisher(settings).current()
    assert f"Published {version.name}" in said
    assert "shop" in said
    slip = f"{shop}/settings/replenishment.csv, line 2: there is no item 'shop:tee'; did you mean 'shop:tea'?"
    assert f"Worth a look: marts/replenishment_settings: {slip}" in " ".join(said.split())
    checked = pos("check")
    assert checked.code == 0 and f"Worth a look: {slip}" in checked.out

    asked = pos("sql", "select sum(net_sales) as net, sum(units) as units from marts.daily_revenue", "--csv")
    (row,) = csv.DictReader(io.StringIO(asked.out))
    assert float(row["net"]) == pytest.approx(NET_SALES)
    assert float(row["units"]) == DAYS * 4
    assert len(first["orders"]) == len(UNITS)
    assert {row[0] for row in first["orders"]} == {AS_OF}
    assert audit.require_passed().as_of_date == AS_OF

    told = pos("status").out
    assert version.name in told
    assert "nightly_refresh, success" in told
    assert "shop" in told

    prepare_dagster_home(settings)
    with dg.DagsterInstance.get() as instance:
        (record,) = instance.get_run_records()
        assert record.dagster_run.job_name == "nightly_refresh"
        revenue = instance.get_latest_materialization_event(dg.AssetKey(["marts", "daily_revenue"]))
        assert revenue is not None
        assert revenue.asset_materialization is not None
        metadata = revenue.asset_materialization.metadata
    assert metadata["dagster/row_count"].value == DAYS
    assert metadata["orders_gbp"].value == 1
    assert metadata["net_sales_gbp"].value == f"11.70 GBP on {AS_OF - timedelta(days=1)}"
    assert "data:image/svg+xml" in str(metadata["last_28_days_gbp"].value)
    assert metadata["date_range"].value == f"{FIRST_DAY} to {AS_OF - timedelta(days=1)}"

    # what another version of the project built is not added to: it is built from nothing
    with duckdb.connect(str(settings.working_file)) as connection:
        assert built_by(connection) == project_version()
        connection.execute("update staging.taken_in set fingerprint = 'another' where kind = 'project'")
        connection.execute("delete from unified.sales_lines")
    assert pos("review").err.strip().endswith("another version of the project: run `pos refresh` first.")
    refresh(pos)
    assert figures(settings) == first
    assert len(Publisher(settings).versions()) == 2
    assert version.name in pos("rollback").out
    assert figures(settings) == first

    # three teas every day are no riddle: both rules keep them on the shelf, and nothing is told of their cost
    reviewed = pos("review")
    assert reviewed.code == 0, reviewed.err
    assert "Following the list (GBP) reached a service of 100.0% (95.0% aimed at) with " in reviewed.out
    version = Publisher(settings).current()
    assert f"Published {version.name}" in reviewed.out
    assert figures(settings) == first
    asked = pos("sql", "from planning.policy_backtest where item_name = 'tea' order by rule", "--csv")
    naive, ours = csv.DictReader(io.StringIO(asked.out))
    assert (naive["rule"], ours["rule"]) == ("naive", "recommendation")
    for row in (naive, ours):
        assert row["last_day"] == str(AS_OF - timedelta(days=1))
        assert float(row["demand"]) == float(row["units_sold"]) == 3 * int(row["days"]) > 0
        assert row["average_stock_value"] == ""
    # reviews a week apart and a week of lead time: days close at 18, 15, ..., 0
    assert float(naive["average_stock"]) == pytest.approx(9, abs=1)
    with dg.DagsterInstance.get() as instance:
        event = instance.get_latest_materialization_event(dg.AssetKey(["planning", "policy_backtest"]))
        assert event is not None
        assert event.asset_materialization is not None
        metadata = event.asset_materialization.metadata
    assert str(metadata["does_it_pay"].value) in reviewed.out
    assert "| A GBP | 2 | 95.0% | 100.0% |" in str(metadata["by_class"].value)
    assert "data:image/svg+xml" in str(metadata["picture"].value)

    def fail(*arguments: object, **named: object) -> None:
        raise OSError(28, os.strerror(28), "the order list")

    monkeypatch.setattr("orchestration.assets.recommendations.recommend", fail)
    outcome = pos("refresh", "--as-of", AS_OF.isoformat())
    assert outcome.code == 1
    assert outcome.err.strip().splitlines()[-1].startswith("The disk that holds the order list is full")
    stamp = audit.read()
    assert stamp is not None
    assert stamp.status is Status.FAILED
    assert Publisher(settings).current() == version


@pytest.mark.chaos
@pytest.mark.parametrize("phase", ["extract", "load", "dbt", "order list", "publish"])
def test_a_refresh_that_is_killed_and_started_again_gives_the_same_figures(
    pos: Command, shop: Path, settings: Settings, tmp_path: Path, phase: str
) -> None:
    refresh(pos)
    expected, version = figures(settings), Publisher(settings).current()
    with (shop / "inbox" / "more.csv").open("w") as file:
        file.write(f"order,day,item,quantity,price\nlast,{AS_OF - timedelta(days=1)},tea,1,2.50\n")
    killed = start(KILLED, phase, "refresh", "--as-of", AS_OF.isoformat(), cwd=tmp_path)
    killed.communicate(timeout=300)
    assert killed.returncode == -signal.SIGKILL
    assert Publisher(settings).current() == version
    assert figures(settings) == expected
    refresh(pos)
    again = figures(settings)
    assert again["raw"] == [(2 * DAYS + 1,)]
    assert len(again["revenue"]) == DAYS
    assert again["revenue"][:-1] == expected["revenue"][:-1]
    refresh(pos)
    assert figures(settings) == again
