"""What a night's `dbt build` costs when the history behind it is ten times as long.

The same chain with a year and with ten years of sales; in the night 30,000 order lines are new or edited.
Each build runs in a process of its own: a full refresh, and the night's. Times are of the whole build, tests
of the data included; dbt's start and the parsing of the project are not in them.

    python -m benchmarks.nightly_build [--lines 1000000 10000000] [--changed 30000] [--models 10]
"""

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.own_process import Meter, Needed, in_own_process
from benchmarks.square_history import first_day, write_changes, write_history
from connectors.registry import CONNECTORS
from orchestration.dbt import build_arguments, build_environment, prepared_manifest, run_build
from orchestration.planning_settings import read_settings, write_settings
from orchestration.settings import Settings
from orchestration.warehouse import create_raw_tables, systems_with_rows

HISTORY_ENDS = date(2026, 11, 1)


@dataclass(frozen=True)
class Build:
    """One build.

    Attributes:
        needed: Of the whole build.
        models: Seconds of each model and test, by name.
    """

    needed: Needed
    models: dict[str, float]


def prepare(settings: Settings, began: date) -> None:
    """Writes the history into an empty warehouse."""
    settings.build_dir.mkdir(parents=True)
    with duckdb.connect(str(settings.working_file)) as connection:
        connection.execute("set TimeZone = 'UTC'; set enable_progress_bar = false")
        create_raw_tables(connection, CONNECTORS.values())
        write_settings(connection, read_settings(settings.settings_dir))
        write_history(connection, began, HISTORY_ENDS)


def change(settings: Settings, began: date, lines: int) -> None:
    """Writes what a night brings."""
    with duckdb.connect(str(settings.working_file)) as connection:
        connection.execute("set TimeZone = 'UTC'; set enable_progress_bar = false")
        write_changes(connection, began, HISTORY_ENDS, lines)


def build(settings: Settings, as_of: date, *, full_refresh: bool, selected: Sequence[str] = ()) -> Build:
    """Builds in this process, which should be one of its own.

    Args:
        settings: Where the warehouse stands.
        as_of: The day of the order.
        full_refresh: Whether incremental models are made from nothing.
        selected: Arguments of dbt that select models; all of them by default.

    Raises:
        RuntimeError: The build failed.
    """
    with duckdb.connect(str(settings.working_file)) as connection:
        systems = systems_with_rows(connection, CONNECTORS.values())
    # loads dbt and the parsed project, as the nightly run has them
    run_build(["run", "--select", "nothing"], settings.dbt_target_dir, lambda _: None)
    meter = Meter()
    with build_environment(settings, as_of, systems):
        outcome = run_build(
            [*build_arguments(systems, full_refresh=full_refresh), *selected],
            settings.dbt_target_dir,
            lambda _: None,
        )
    needed = meter.read()
    results: Sequence[Any] = getattr(outcome.result, "results", [])
    if not outcome.success:
        why = outcome.exception or [result.message for result in results if result.status != "success"]
        raise RuntimeError(f"the build failed: {why}")
    return Build(needed, {result.node.name: result.execution_time for result in results})


def measure(lines: int, changed: int) -> tuple[Build, Build]:
    """The full refresh of a history, and the build of the night after it."""
    began = first_day(lines, HISTORY_ENDS)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), settings_dir=Path(folder) / "settings")
        in_own_process(prepare, settings, began)
        whole = in_own_process(build, settings, HISTORY_ENDS, full_refresh=True)
        print(f"{lines:,} lines from {began}: full refresh: {whole.needed}", flush=True)
        in_own_process(change, settings, began, changed)
        night = in_own_process(build, settings, HISTORY_ENDS + timedelta(days=1), full_refresh=False)
        print(f"{lines:,} lines from {began}: a night with {changed:,} changed: {night.needed}", flush=True)
    return whole, night


def main() -> None:
    """Measures the histories one after the other and compares their nights."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lines", type=int, nargs=2, default=(1_000_000, 10_000_000))
    parser.add_argument("--changed", type=int, default=30_000)
    parser.add_argument("--models", type=int, default=10, help="how many models to name that grow most")
    asked = parser.parse_args()
    prepared_manifest()
    (_, short), (_, long) = (measure(lines, asked.changed) for lines in asked.lines)
    longer = long.needed.seconds / short.needed.seconds
    busier = long.needed.processor_seconds / short.needed.processor_seconds
    print(
        f"The night with the long history takes {longer:.2f} times as long as the one with the short, "
        f"and {busier:.2f} times the processor."
    )
    growth = {name: seconds - short.models.get(name, 0) for name, seconds in long.models.items()}
    print("What grows most, in seconds:")
    for name in sorted(growth, key=growth.__getitem__, reverse=True)[: asked.models]:
        print(f"  {name}: {short.models.get(name, 0):.2f} -> {long.models[name]:.2f}")


if __name__ == "__main__":
    main()
