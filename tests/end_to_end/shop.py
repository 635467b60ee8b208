"""A merchant's machine for a test: a folder, an environment, and the `pos` command as a user types it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import yaml

POS = Path(sys.executable).parent / "pos"
HASH_KEY = "a key for tests only: 7c6f1e7b"


@dataclass
class Shop:
    """One warehouse and the connections that fill it."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def published(self) -> Path:
        return self.data / "warehouse.duckdb"

    def connect(self, connections: Sequence[Mapping[str, Any]]) -> None:
        (self.folder / "connections.yaml").write_text(yaml.safe_dump({"connections": list(connections)}))

    def connections(self) -> list[dict[str, Any]]:
        configured = yaml.safe_load((self.folder / "connections.yaml").read_text())
        return list(configured["connections"])

    def _environment(self) -> dict[str, str]:
        inherited = {
            name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ
        }
        return {
            **inherited,
            "POS_DATA_DIR": str(self.data),
            "POS_CONNECTIONS": str(self.folder / "connections.yaml"),
            "POS_SETTINGS_DIR": str(self.folder / "settings"),
            "POS_HASH_KEY": HASH_KEY,
            "NO_COLOR": "1",
            **self.environment,
        }

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [str(POS), *arguments],
            cwd=self.folder,
            env=self._environment(),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def pos(self, *arguments: str, expect: int = 0) -> "subprocess.CompletedProcess[str]":
        process = self.start(*arguments)
        out, err = process.communicate(timeout=540)
        sys.stdout.write(out)  # shown by pytest when a test fails
        assert process.returncode == expect, (
            f"pos {' '.join(arguments)} ended with {process.returncode}\n{out}\n{err}"
        )
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def kill_when(self, reached: Callable[[], bool], *arguments: str) -> bool:
        """Starts `pos` and kills it and its children without warning once a state is reached.

        Returns whether it was killed; False when it finished before the state was seen.
        """
        process = self.start(*arguments)
        try:
            while process.poll() is None:
                if reached():
                    os.killpg(process.pid, signal.SIGKILL)
                    return True
                time.sleep(0.002)
            return False
        finally:
            process.communicate()

    @contextmanager
    def warehouse(self) -> Iterator[duckdb.DuckDBPyConnection]:
        connection = duckdb.connect(str(self.published), read_only=True)
        try:
            yield connection
        finally:
            connection.close()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.warehouse() as connection:
            return connection.execute(query).fetchall()
