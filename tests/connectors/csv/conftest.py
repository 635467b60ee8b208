"""Fixtures of the CSV connector's tests."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.csv.files import Read, Warehouse, connection, read_file


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Read]:
    """Writes a file and reads it with a connection's settings."""

    def write_and_read(content: str | bytes, name: str = "sales.csv", **settings: Any) -> Read:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_file(path, connection(**settings))

    return write_and_read


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder
