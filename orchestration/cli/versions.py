"""`pos status` and `pos rollback`: what is published."""

from datetime import UTC, datetime, timedelta

import dagster as dg
from rich.console import Console
from rich.table import Table

from orchestration.cli.query import published
from orchestration.errors import NothingPublished
from orchestration.instance import prepare_dagster_home
from orchestration.publisher import Publisher, Version
from orchestration.settings import Settings

FRESHNESS = """
select connection_id, pos, max(last_loaded_at), max(last_record_at), sum(rejected_count)
from marts.data_freshness group by all order by all
"""


def show_status() -> None:
    """Prints the published version, the freshness of each connection, the last run and the versions kept."""
    settings = Settings.from_environment()
    console = Console(highlight=False, soft_wrap=True)
    show_last_run(settings, console)
    try:
        current = Publisher(settings).current()
    except NothingPublished as error:
        console.print(str(error), markup=False)
        return
    console.print(f"Published: {current.name}, {age(current)} old, {settings.published_file}", markup=False)
    table = Table("connection", "system", "last loaded", "last record", box=None)
    table.add_column("rejected rows", justify="right")
    with published(settings) as connection:
        for row in connection.execute(FRESHNESS).fetchall():
            table.add_row(*(moment(cell) for cell in row))
    console.print(table)
    kept = ", ".join(version.name for version in Publisher(settings).versions())
    console.print(f"Versions kept: {kept}", markup=False)


def show_last_run(settings: Settings, console: Console) -> None:
    """Prints how the latest run ended."""
    prepare_dagster_home(settings)
    with dg.DagsterInstance.get() as instance:
        records = instance.get_run_records(limit=1)
    if not records:
        console.print("Last run: none yet")
        return
    run, at = records[0].dagster_run, moment(records[0].create_timestamp)
    console.print(f"Last run: {run.job_name}, {run.status.value.lower()}, started {at}", markup=False)


def roll_back(name: str | None) -> None:
    """Makes an earlier version the published one.

    Args:
        name: The version; None for the one before the present.
    """
    version = Publisher(Settings.from_environment()).rollback(name)
    Console(highlight=False).print(f"Published is now {version.name}.", markup=False)


def age(version: Version) -> str:
    """How long ago a version was published, in whole minutes."""
    since = datetime.now(UTC) - version.published_at
    return str(timedelta(minutes=int(since.total_seconds() // 60)))[:-3] + " h"


def moment(cell: object) -> str:
    """A cell for people; times to the minute, in UTC."""
    if isinstance(cell, datetime):
        return f"{cell.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return "" if cell is None else str(cell)
