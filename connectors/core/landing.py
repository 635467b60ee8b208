"""Lands a connection in the warehouse: window after window, each of them a committed load.

What was read up to where is dlt state, and dlt loads its state into the warehouse in the same package as the
rows. The local dlt folder is only a place to work in: it is emptied at the start, so that a package left
behind by a killed run is read again, not half loaded, and so that the warehouse alone says where to go on.
"""

import errno
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dlt
from dlt.pipeline.exceptions import PipelineStepFailed
from dlt.pipeline.pipeline import Pipeline
from filelock import FileLock

from connectors.core.connection import ApiConnection, Connection
from connectors.core.connector import Connector, Endpoint, Request, Window
from connectors.core.endpoints import FEED_AFTER
from connectors.core.errors import ConnectorError, LandingError, MissingScope
from connectors.core.tables import REJECTED_ROWS
from connectors.core.windows import Step, plan, plan_span

dlt.config["runtime.dlthub_telemetry"] = False
dlt.config["load.delete_completed_jobs"] = True


@dataclass(frozen=True)
class Landed:
    """What a run brought.

    Attributes:
        connection_id: The connection.
        pos: Its vendor.
        rows: Rows read for each raw table, those of repeated records and `rejected_rows` included.
        rejected: Rows that could not be read.
        windows: Committed loads.
        warnings: What was skipped, and why.
    """

    connection_id: str
    pos: str
    rows: dict[str, int]
    rejected: int
    windows: int
    warnings: tuple[str, ...]


def land(
    connection: Connection,
    connector: Connector,
    *,
    warehouse: Path,
    pipelines: Path,
    lock: AbstractContextManager[Any],
    hash_key: bytes,
    now: datetime,
    tables: frozenset[str] | None = None,
    span: Window | None = None,
    progress: Callable[[str], None],
) -> Landed:
    """Reads everything new of a connection into its raw tables.

    Args:
        connection: The account.
        connector: Its vendor.
        warehouse: The DuckDB file that is written.
        pipelines: Folder for dlt's working files; may be lost at any time.
        lock: Held while the warehouse is open, not while the vendor is read.
        hash_key: Key of the customers' hashes.
        now: Time of the run, with time zone.
        tables: Only the endpoints that fill these tables. Default: all.
        span: A backfill: sales made in this span, once more. Default: what is new.
        progress: Is told one line a window.

    Raises:
        ConnectorError: One sentence that says what has to change. Windows loaded before it stay.
    """
    now = now.astimezone(UTC)
    rows: Counter[str] = Counter()
    skipped: dict[str, str] = {}
    windows = 0
    with _working_folder(connection, pipelines) as folder, _one_sentence(connection):
        pipeline = _pipeline(connection, warehouse, folder)
        with lock:
            pipeline.sync_destination()
        remembered = _remembered(pipeline, connector)
        agenda = _agenda(connection, connector, remembered=remembered, now=now, tables=tables, span=span)
        loads = list(agenda)
        while loads:
            load = loads.pop(0)
            request = Request(
                window=load.step.window,
                by_sale_date=load.step.by_sale_date,
                snapshots=load.snapshots,
                hash_key=hash_key,
                # its own for each load: what is built from the warehouse tells by it what it has not seen
                loaded_at=now + windows * timedelta.resolution,
                remember=load.step.remember,
                places=_places(pipeline, connector),
                skipped=skipped,
            )
            names = [name for name in load.resources if name not in skipped]
            if load.resources and not names:
                continue
            brought = _load(pipeline, connector, connection, request=request, names=names, lock=lock)
            if request.unfinished:
                loads.insert(0, _Load(tuple(request.unfinished), load.step, snapshots=False))
            rows.update(brought)
            windows += 1
            progress(
                f"{connection.id}: load {windows} of {windows + len(loads)}, {load.words}: "
                f"{brought.total():,} rows"
            )
        if skipped and set(skipped) >= {name for load in agenda for name in load.resources}:
            raise MissingScope(next(iter(skipped.values())))
    return Landed(
        connection_id=connection.id,
        pos=connection.pos,
        rows={table.name: rows[table.name] for table in connector.all_tables},
        rejected=rows[REJECTED_ROWS.name],
        windows=windows,
        warnings=tuple(f"{name} was skipped. {reason}" for name, reason in skipped.items()),
    )


@dataclass(frozen=True)
class _Load:
    """One committed load: which resources (none named: the whole source) read which window."""

    resources: tuple[str, ...]
    step: Step
    snapshots: bool

    @property
    def words(self) -> str:
        """What is read, for people."""
        window, kind = self.step.window, "sales" if self.step.by_sale_date else "changes"
        return f"{kind} from {window.start:%Y-%m-%d %H:%M} to {window.end:%Y-%m-%d %H:%M} UTC"


def _agenda(
    connection: Connection,
    connector: Connector,
    *,
    remembered: Mapping[str, Mapping[str, str]],
    now: datetime,
    tables: frozenset[str] | None,
    span: Window | None,
) -> list[_Load]:
    """The loads of a run. Resources that stand at the same place are read together."""
    if not isinstance(connection, ApiConnection):
        return [_Load((), Step(Window(now, now), by_sale_date=False, remember=()), snapshots=True)]

    def wanted(*read_by: str) -> list[Endpoint]:
        return [
            endpoint
            for endpoint in connector.endpoints_of(connection)
            if endpoint.read_by in read_by
            and (tables is None or any(table.name in tables for table in endpoint.tables))
        ]

    start = connection.history_start(now)
    together: dict[tuple[Step, ...], list[str]] = {}
    for endpoint in wanted("windows", "spans") if span else wanted("windows"):
        place = remembered.get(endpoint.name, {})
        steps = (
            plan_span(place, span, endpoint.window_length)
            if span
            else plan(
                place, start=start, now=now, lookback=connection.lookback, length=endpoint.window_length
            )
        )
        together.setdefault(steps, []).append(endpoint.name)
    agenda = [
        _Load(tuple(names), step, snapshots=False) for steps, names in together.items() for step in steps
    ]
    whole = tuple(endpoint.name for endpoint in wanted("whole", "feed"))
    if span or not whole:
        return agenda
    if not agenda:
        return [_Load(whole, Step(Window(now, now), by_sale_date=False, remember=()), snapshots=True)]
    last = agenda[-1]
    return [*agenda[:-1], _Load((*last.resources, *whole), last.step, snapshots=True)]


def _load(
    pipeline: Pipeline,
    connector: Connector,
    connection: Connection,
    *,
    request: Request,
    names: list[str],
    lock: AbstractContextManager[Any],
) -> Counter[str]:
    """Reads, then commits; the warehouse is locked only for the second. Returns the rows by raw table."""
    source = connector.source(connection, request)
    pipeline.extract(source.with_resources(*names) if names else source)
    normalized = pipeline.normalize()
    with lock:
        pipeline.load()
    counts = normalized.row_counts if normalized else {}
    return Counter({table.name: counts.get(table.name, 0) for table in connector.all_tables})


@contextmanager
def _working_folder(connection: Connection, pipelines: Path) -> Iterator[Path]:
    """An empty folder for dlt, this connection's alone: a second run of it waits for the first."""
    folder = pipelines / f"{connection.pos}__{connection.id}"
    pipelines.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        shutil.rmtree(folder, ignore_errors=True)
        yield folder


def _pipeline(connection: Connection, warehouse: Path, folder: Path) -> Pipeline:
    pipeline: Pipeline = dlt.pipeline(
        pipeline_name=folder.name,
        pipelines_dir=str(folder.parent),
        destination=dlt.destinations.duckdb(str(warehouse), preferred_loader_file_format="parquet"),
        dataset_name=f"raw_{connection.pos}",
    )
    return pipeline


def _places(pipeline: Pipeline, connector: Connector) -> dict[str, str]:
    """Up to where each feed was read."""
    remembered = _remembered(pipeline, connector)
    return {name: place[FEED_AFTER] for name, place in remembered.items() if FEED_AFTER in place}


def _remembered(pipeline: Pipeline, connector: Connector) -> Mapping[str, Mapping[str, str]]:
    """What each resource remembers, as the warehouse knows it."""
    source = pipeline.state.get("sources", {}).get(connector.pos, {})
    resources: Mapping[str, Mapping[str, str]] = source.get("resources", {})
    return resources


@contextmanager
def _one_sentence(connection: Connection) -> Iterator[None]:
    """Turns dlt's reports of a failed step into the error that lies beneath, or into one sentence."""
    try:
        yield
    except (PipelineStepFailed, OSError) as failure:
        causes = [failure, *_causes(failure)]
        for cause in causes:
            if isinstance(cause, ConnectorError):
                raise cause from None
        root = causes[-1]
        full = any(isinstance(cause, OSError) and cause.errno == errno.ENOSPC for cause in causes)
        advice = (
            "The disk is full: free some space, then run again."
            if full or "No space left" in str(root)
            else "Run again: what was loaded before stays."
        )
        step = failure.step if isinstance(failure, PipelineStepFailed) else "prepare"
        first_line = (str(root).splitlines() or [""])[0]
        raise LandingError(
            f"{connection.pos} (connection {connection.id}) could not be landed, in the step '{step}': "
            f"{type(root).__name__}: {first_line} {advice}"
        ) from failure


def _causes(error: BaseException) -> Iterator[BaseException]:
    while cause := error.__cause__ or error.__context__:
        yield cause
        error = cause
