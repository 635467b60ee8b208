"""Runs a job of Dagster in this process, on the instance that the UI shows, with a quiet terminal."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration.cli.terminal import TerminalProgress, new_log, screen, streams_put_aside
from orchestration.definitions import defs
from orchestration.errors import OperationError, full_disk, has_room
from orchestration.instance import prepare_dagster_home
from orchestration.settings import Settings

ROOM_TO_START = 50_000_000
"""Bytes that the smallest run writes beside the warehouse: dlt's files, DuckDB's log, Dagster's history."""


PUBLISHED = dg.AssetKey("published_warehouse")


class UnexpectedFailure(OperationError):
    """A run failed for a reason that no one foresaw."""


@dataclass(frozen=True)
class RunSummary:
    """What a successful run did.

    Attributes:
        version: The version that was published.
        rows: Rows loaded, by connection.
        rejected: Rows that could not be read, by connection.
        seconds: How long it took.
        warnings: Checks that did not pass but do not block.
    """

    version: str
    rows: Mapping[str, int]
    rejected: Mapping[str, int]
    seconds: float
    warnings: tuple[str, ...]


def run_job(settings: Settings, name: str, run_config: Mapping[str, Any]) -> RunSummary:
    """Runs a job and waits for its end.

    Args:
        settings: Where everything stands.
        name: The job.
        run_config: Its configuration.

    Returns:
        What it did.

    Raises:
        OperationError: A step failed; the error holds the sentences of all failed steps.
    """
    console = screen()
    progress = TerminalProgress(console)
    log = new_log(settings.data_dir / "logs", name)
    require_room(settings)
    try:
        prepare_dagster_home(settings)
        with progress.running(), streams_put_aside(log), dg.DagsterInstance.get() as instance:
            result = defs.resolve_job_def(name).execute_in_process(
                run_config=run_config,
                instance=instance,
                raise_on_error=False,
                resources={"progress": progress},
                tags={"pos/started_by": "command line"},
            )
    except Exception as error:
        # on a full disk Dagster cannot write its history either, and SQLite has many words for that
        if not has_room(settings.data_dir):
            raise full_disk(settings.data_dir) from error
        raise
    if not result.success:
        raise failure(result, log) if has_room(settings.data_dir) else full_disk(settings.data_dir)
    if not any(event.asset_key == PUBLISHED for event in result.get_asset_materialization_events()):
        raise UnexpectedFailure(f"The run ended without publishing: its details are in {log}.")
    return summary(result, progress.seconds)


def require_room(settings: Settings) -> None:
    """Sees to it that a run does not begin on a disk that cannot hold the copy it publishes.

    Raises:
        DiskFull: There is not enough room.
    """
    working = settings.working_file
    if not has_room(settings.data_dir, ROOM_TO_START + (working.stat().st_size if working.exists() else 0)):
        raise full_disk(settings.data_dir)


def failure(result: dg.ExecuteInProcessResult, log: Path) -> OperationError:
    """The sentences of a run's failed steps, or where to read about a failure that no one foresaw."""
    sentences: list[str] = []
    for event in result.all_events:
        if not event.is_step_failure:
            continue
        told = event.step_failure_data.user_failure_data
        if told is None or not told.description:
            error = event.step_failure_data.error
            while error and error.cause:
                error = error.cause
            kind = error.cls_name if error else "unknown"
            if kind == dg.DagsterExecutionInterruptedError.__name__:
                return OperationError("The run was stopped: run it again, it goes on with what is missing.")
            return UnexpectedFailure(
                f"The step {event.step_key} failed unexpectedly ({kind}): its details are in {log}."
            )
        sentences.append(told.description)
    if not sentences:
        return UnexpectedFailure(f"The run failed outside its steps: its details are in {log}.")
    return OperationError(" ".join(dict.fromkeys(sentences)))


def summary(result: dg.ExecuteInProcessResult, seconds: float) -> RunSummary:
    """Adds up what a run's assets told."""
    version = ""
    rows: dict[str, int] = defaultdict(int)
    rejected: dict[str, int] = defaultdict(int)
    for event in result.get_asset_materialization_events():
        metadata = event.materialization.metadata
        by_connection = metadata["rows_by_connection"].value if "rows_by_connection" in metadata else {}
        is_rejected = event.asset_key is not None and event.asset_key.path[-1] == "rejected_rows"
        for connection, count in by_connection.items():
            rejected[connection] += count if is_rejected else 0
            rows[connection] += 0 if is_rejected else count
        if "version" in metadata:
            version = str(metadata["version"].value)
    warnings = tuple(
        f"{check.asset_key.to_user_string()}: {check.description or check.check_name}"
        for check in result.get_asset_check_evaluations()
        if not check.passed
    )
    return RunSummary(version, dict(rows), dict(rejected), seconds, warnings)
