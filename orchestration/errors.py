"""Known troubles of a run, each told in one sentence that says what to do."""

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import duckdb

from connectors.core.errors import ConnectorError

FULL_DISK_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
FULL_DISK_WORDS = (
    *("no space left on device", "out of disk space", "disk quota exceeded", "file too large"),
    "disk is full",
)
NO_ROOM = 1_000_000
"""Bytes; with less than this left, whatever failed on a disk failed for want of room."""


class OperationError(Exception):
    """Something around the pipeline has to change before the run can succeed."""


class WarehouseBusy(OperationError):
    """Another process holds the working file."""


class DiskFull(OperationError):
    """There is no room for what has to be written."""


class PublishRefused(OperationError):
    """The working file did not pass its audit."""


class BuildFailed(OperationError):
    """A model or a blocking test failed."""


class NothingPublished(OperationError):
    """There is no published file to read or to go back to."""


def is_full_disk(error: BaseException) -> bool:
    """Tells whether an error of the system, of DuckDB or of Dagster's history means that the disk is full."""
    if isinstance(error, OSError) and error.errno in FULL_DISK_ERRNOS:
        return True
    return isinstance(error, duckdb.Error | sqlite3.Error) and says_full_disk(str(error))


def says_full_disk(text: str) -> bool:
    """Tells whether a message of DuckDB or of dbt means that the disk is full."""
    return any(words in text.lower() for words in FULL_DISK_WORDS)


def full_disk(place: object) -> DiskFull:
    """The sentence for a disk without room at `place`."""
    return DiskFull(
        f"The disk that holds {place} is full: free some space and run again. "
        "The published file stays as it was."
    )


def has_room(folder: Path, size: int = NO_ROOM) -> bool:
    """Tells whether so many bytes can still be written in a folder."""
    return shutil.disk_usage(folder).free >= size


def is_locked_file(error: BaseException) -> bool:
    """Tells whether DuckDB refused a file because another process has it open."""
    return isinstance(error, duckdb.IOException) and "could not set lock on file" in str(error).lower()


def plain_sentence(error: BaseException) -> str | None:
    """The sentence of a known trouble, searched along the chain of causes; None for an unexpected error."""
    for link in chain(error):
        if isinstance(link, ConnectorError | OperationError):
            return str(link)
        if is_full_disk(link):
            return str(full_disk(getattr(link, "filename", None) or "the warehouse"))
        if is_locked_file(link):
            return (
                f"Another program has the working file open ({str(link).splitlines()[0]}): close it and run "
                "again. To look at figures, open the published file instead."
            )
    return None


def chain(error: BaseException) -> Iterator[BaseException]:
    """An error and what caused it, outermost first."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        # dlt keeps the error of a step in `exception`, without chaining it
        error = getattr(error, "exception", None) or error.__cause__ or error.__context__
