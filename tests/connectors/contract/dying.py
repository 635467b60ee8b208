"""A landing that is killed without warning, in a process of its own."""

import json
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from dlt.destinations.impl.duckdb.duck import DuckDbCopyJob
from dlt.load.load import Load
from dlt.pipeline.pipeline import Pipeline
from filelock import FileLock

from connectors.core.connection import Connection
from connectors.core.connector import Connector, Endpoint
from connectors.core.landing import land
from connectors.registry import CONNECTORS

PAGES_OF_A_LOAD = ("connectors.core.endpoints.FEED_PAGES_PER_LOAD", 6)
PLACES: dict[str, tuple[Any, str]] = {
    "extract": (Pipeline, "extract"),
    "normalize": (Pipeline, "normalize"),
    "load": (Pipeline, "load"),
    "copy": (DuckDbCopyJob, "run"),
    "package": (Load, "complete_package"),
}


def in_short_loads(connector: Connector) -> Connector:
    """A connector whose first load of some days is committed in several parts."""

    def shorter(connection: Connection) -> tuple[Endpoint, ...]:
        endpoints = connector.endpoints_of(connection)
        return tuple(replace(endpoint, window_length=timedelta(days=6)) for endpoint in endpoints)

    return replace(connector, endpoints=shorter)


def set_constants(constants: dict[str, Any]) -> None:
    """Sets constants of modules by their dotted names."""
    for name, value in constants.items():
        module, _, constant = name.rpartition(".")
        setattr(import_module(module), constant, value)


def dies_after(place: str, times: int) -> None:
    """Kills this process right after something was done so many times."""
    owner, name = PLACES[place]
    original: Callable[..., Any] = getattr(owner, name)
    done = 0

    def dying(*arguments: Any, **options: Any) -> Any:
        nonlocal done
        result = original(*arguments, **options)
        done += 1
        if done == times:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, dying)


def land_and_die(
    pos: str,
    values: dict[str, Any],
    constants: dict[str, Any],
    folder: Path,
    now: datetime,
    hash_key: bytes,
    place: str,
    times: int,
) -> None:
    """Lands a connection until the process dies; what was committed before stands in `committed.json`."""
    set_constants(constants | {"connectors.core.http.sleep": lambda seconds: None})
    dies_after(place, times)
    lines: list[str] = []

    def progress(line: str) -> None:
        lines.append(line)
        (folder / "committed.json").write_text(json.dumps(lines))

    land(
        CONNECTORS[pos].settings.model_validate(values),
        in_short_loads(CONNECTORS[pos]),
        warehouse=folder / "warehouse.duckdb",
        pipelines=folder / "pipelines",
        lock=FileLock(folder / "warehouse.lock"),
        hash_key=hash_key,
        now=now,
        progress=progress,
    )
