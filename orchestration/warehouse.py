"""The working file: one writer at a time, raw tables that exist from the start, and who may read it."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType

import duckdb
import pyarrow as pa
from filelock import FileLock, Timeout

from connectors.core.connector import Connector
from orchestration.audit import AuditStamp
from orchestration.errors import WarehouseBusy, full_disk, is_full_disk, is_locked_file
from orchestration.settings import Settings

POLL_SECONDS = 0.2


class WriterLock:
    """The cross-process lock of the working file; a thread may enter it again.

    It is free once the file lock is, *and* no process has the file open: the dbt process of a killed run may
    outlive the run that held the lock, and a person may have opened the working file in a shell.
    """

    def __init__(self, settings: Settings, tell: Callable[[str], None] = lambda _: None) -> None:
        self._settings = settings
        self._tell = tell
        settings.build_dir.mkdir(parents=True, exist_ok=True)
        # threads of one run take turns quietly; only another process is worth a word
        self._threads = threading.RLock()
        self._lock = FileLock(settings.build_dir / "warehouse.lock", thread_local=False)

    def __enter__(self) -> "WriterLock":
        self._threads.acquire()
        try:
            self._enter()
        except BaseException:
            self._threads.release()
            raise
        return self

    def _enter(self) -> None:
        if self._lock.is_locked:
            self._lock.acquire()
            return
        deadline = time.monotonic() + self._settings.lock_timeout_seconds
        self._acquire_file_lock(deadline)
        try:
            self._wait_until_closed(deadline)
        except BaseException:
            self._lock.release()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()
        self._threads.release()

    def _acquire_file_lock(self, deadline: float) -> None:
        try:
            self._lock.acquire(blocking=False)
        except Timeout:
            self._tell("waiting for another run that is writing the warehouse")
            try:
                self._lock.acquire(timeout=max(0.0, deadline - time.monotonic()))
            except Timeout:
                raise WarehouseBusy(
                    "Another run has been writing the warehouse for more than "
                    f"{self._settings.lock_timeout_seconds:g} seconds: wait or stop it, then run again."
                ) from None

    def _wait_until_closed(self, deadline: float) -> None:
        if not self._settings.working_file.exists():
            return
        told = False
        while True:
            try:
                duckdb.connect(str(self._settings.working_file)).close()
            except duckdb.IOException as error:
                if is_full_disk(error):
                    raise full_disk(self._settings.working_file) from error
                if not is_locked_file(error):
                    raise
                if time.monotonic() >= deadline:
                    raise WarehouseBusy(
                        f"Another program has {self._settings.working_file} open: close it and run again. "
                        f"To look at figures, open {self._settings.published_file} instead."
                    ) from error
            else:
                return
            if not told:
                self._tell("waiting for a program that has the working file open")
                told = True
            time.sleep(POLL_SECONDS)


class Warehouse:
    """The working file and its audit stamp, for one run.

    Attributes:
        settings: Where the files stand.
        lock: The writer's lock.
        audit: The stamp of the last build.
    """

    def __init__(self, settings: Settings, tell: Callable[[str], None] = lambda _: None) -> None:
        self.settings = settings
        self.lock = WriterLock(settings, tell)
        self.audit = AuditStamp(settings.build_dir / "audit.json")
        self._held = False

    @contextmanager
    def writing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection to the working file while no one else may write; closed and released afterwards."""
        with self.lock, duckdb.connect(str(self.settings.working_file)) as connection:
            # the session's zone decides what casts between times and dates mean
            connection.execute("set TimeZone = 'UTC'")
            yield connection

    def hold(self) -> None:
        """Keeps the lock until `let_go`: what was built is what is published, with no writer in between."""
        if not self._held:
            self.lock.__enter__()
            self._held = True

    def let_go(self) -> None:
        """Gives back a lock that `hold` keeps."""
        if self._held:
            self._held = False
            self.lock.__exit__(None, None, None)


def create_raw_tables(connection: duckdb.DuckDBPyConnection, connectors: Iterable[Connector]) -> None:
    """Makes every table that a connector may land, so that the models need no case for a missing source.

    Args:
        connection: The working file.
        connectors: The registered connectors.
    """
    for connector in connectors:
        schema = f"raw_{connector.pos}"
        connection.execute(f'create schema if not exists "{schema}"')
        for table in connector.all_tables:
            columns = [f'"{field.name}" {sql_type(field.type)}' for field in table.schema]
            connection.execute(f'create table if not exists "{schema}"."{table.name}" ({", ".join(columns)})')
            for column in columns:
                connection.execute(f'alter table "{schema}"."{table.name}" add column if not exists {column}')


def systems_with_rows(connection: duckdb.DuckDBPyConnection, connectors: Iterable[Connector]) -> set[str]:
    """The point-of-sale systems of which the warehouse holds a row, whether they are still connected or not.

    Args:
        connection: The working file, with every raw table.
        connectors: The registered connectors.
    """

    def has_rows(connector: Connector) -> bool:
        tables = (f'"raw_{connector.pos}"."{table.name}"' for table in connector.all_tables)
        query = " or ".join(f"exists (from {table})" for table in tables)
        return connection.sql(f"select {query}").fetchall() == [(True,)]

    return {connector.pos for connector in connectors if has_rows(connector)}


def built_by(connection: duckdb.DuckDBPyConnection) -> str | None:
    """The version of the dbt project whose tables the working file holds; None when it does not hold all.

    Args:
        connection: The working file.
    """
    exists = "select 1 from duckdb_tables() where schema_name = 'staging' and table_name = 'taken_in'"
    if not connection.execute(exists).fetchone():
        return None
    found = connection.execute("select fingerprint from staging.taken_in where kind = 'project'").fetchone()
    return found[0] if found else None


def sql_type(kind: pa.DataType) -> str:
    """The type that dlt gives a column of this Arrow type in DuckDB.

    Raises:
        TypeError: No raw table may have such a column.
    """
    if pa.types.is_string(kind):
        return "varchar"
    if pa.types.is_int64(kind):
        return "bigint"
    if pa.types.is_boolean(kind):
        return "boolean"
    if pa.types.is_date32(kind):
        return "date"
    if pa.types.is_timestamp(kind) and kind.tz:
        return "timestamp with time zone"
    if pa.types.is_decimal128(kind):
        return f"decimal({kind.precision}, {kind.scale})"
    raise TypeError(f"No raw table may have a column of type {kind}.")
