"""`pos refresh` and `pos backfill`."""

from collections.abc import Sequence
from datetime import date

from rich.console import Console
from rich.table import Table

from orchestration.assets.models import dbt_models
from orchestration.assets.raw import backfill_span, chosen_connections, raw_tables
from orchestration.cli.runs import RunSummary, run_job
from orchestration.planning_settings import read_settings
from orchestration.settings import Settings


def refresh_warehouse(
    *, connections: Sequence[str], as_of: date | None, full_refresh: bool = False
) -> RunSummary:
    """Runs the nightly job now.

    Args:
        connections: Ids of the connections to read; none for all.
        as_of: The day on which the orders would be placed; None for today.
        full_refresh: Build every table from nothing, not only what changed.
    """
    settings = checked_settings(connections)
    summary = run_job(
        settings,
        "nightly_refresh",
        {
            "ops": {
                raw_tables.op.name: {"config": {"connections": list(connections)}},
                dbt_models.op.name: {"config": {"as_of_date": iso(as_of), "full_refresh": full_refresh}},
            }
        },
    )
    show(summary, settings)
    return summary


def backfill_connection(connection: str, start: date, end: date, *, as_of: date | None) -> RunSummary:
    """Reads the sales of some days again, then builds and publishes.

    Args:
        connection: Id of the connection.
        start: First day of sale.
        end: Last day of sale.
        as_of: The day on which the orders would be placed; None for today.
    """
    settings = checked_settings([connection])
    backfill_span(start.isoformat(), end.isoformat())
    summary = run_job(
        settings,
        "backfill",
        {
            "connection": connection,
            "start_date": start.isoformat(),
            "end_date": end.isoformat(),
            "as_of_date": iso(as_of),
        },
    )
    show(summary, settings)
    return summary


def checked_settings(connections: Sequence[str]) -> Settings:
    """The settings, after everything that a person wrote was read once: errors come before the work."""
    settings = Settings.from_environment()
    chosen_connections(settings, connections)
    settings.required_hash_key()
    read_settings(settings.settings_dir)
    return settings


def iso(day: date | None) -> str:
    """A day as configuration holds it."""
    return day.isoformat() if day else ""


def show(summary: RunSummary, settings: Settings) -> None:
    """Prints what a run did."""
    console = Console(highlight=False)
    table = Table("connection", box=None)
    table.add_column("rows loaded", justify="right")
    table.add_column("rows rejected", justify="right")
    for connection, rows in summary.rows.items():
        table.add_row(connection, f"{rows:,}", f"{summary.rejected[connection]:,}")
    console.print(table)
    for warning in summary.warnings:
        console.print(f"Worth a look: {warning}", markup=False, soft_wrap=True)
    console.print(
        f"Published {summary.version} as {settings.published_file} in {summary.seconds:.0f} s.",
        soft_wrap=True,
    )
