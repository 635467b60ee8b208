"""Dagster's run history in SQLite files that stay open."""

import os
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME, SqliteEventLogStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine, event, inspect

MOST_OPEN = 8
WAIT_SECONDS = 30


class RunHistory(SqliteEventLogStorage):
    """Dagster's own event log, at its own place and in its own form, but with files that stay open.

    Dagster opens a file anew for each of the hundreds of events of a run, and SQLite tidies up after each
    closing: together that takes as long as building the models of a small shop.
    """

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        super().__init__(base_dir, inst_data)

    @classmethod
    def config_type(cls) -> Mapping[str, Any]:
        """There is nothing to configure: the files stand where Dagster would put them."""
        return {}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> "RunHistory":
        """Opens the history of the instance that the environment names."""
        return cls(str(Path(os.environ["DAGSTER_HOME"]) / "history" / "runs"), inst_data)

    def has_table(self, table_name: str) -> bool:
        """Tells whether the index across runs has a table."""
        # asked within a connection, which holds the lock
        return inspect(self._engine(INDEX_SHARD_NAME)).has_table(table_name)

    def dispose(self) -> None:
        """Closes the files."""
        super().dispose()
        while self._engines:
            self._engines.popitem()[1].dispose()

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.connect() as connection, connection.begin():
                yield connection

    def _engine(self, shard: str) -> Engine:
        engine = self._engines.pop(shard, None)
        if engine is None:
            engine = create_engine(self.conn_string_for_shard(shard), connect_args={"timeout": WAIT_SECONDS})
            event.listen(engine, "connect", _write_without_waiting)
        self._engines[shard] = engine
        if len(self._engines) > MOST_OPEN:
            self._engines.popitem(last=False)[1].dispose()
        return engine


def _write_without_waiting(connection: Any, _: object) -> None:
    # a loss of power may take the last events with it, never the file's soundness
    connection.execute("pragma synchronous = normal")
