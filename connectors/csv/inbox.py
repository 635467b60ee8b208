"""The files of an inbox, and what each is known by. They are only read, never moved or changed."""

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from connectors.core.errors import DataFormatError

SUFFIXES = (".csv", ".csv.gz")


def files_in(place: Path) -> list[Path]:
    """The sales files at a place, oldest change first; hidden files and other kinds are left out.

    Raises:
        DataFormatError: The place does not exist.
    """
    if place.is_file():
        return [place]
    if not place.is_dir():
        raise DataFormatError(
            f"{place} does not exist: create the folder and put the files there, or set inbox"
        )
    found = [path for path in place.iterdir() if is_sales_file(path)]
    return sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name))


def is_sales_file(path: Path) -> bool:
    """Whether a file in an inbox is one to load."""
    return path.is_file() and not path.name.startswith(".") and path.name.lower().endswith(SUFFIXES)


def content_hash(path: Path) -> str:
    """The SHA-256 of a file's content, unpacked: the same sales packed again are the same file.

    Raises:
        DataFormatError: The file cannot be read or unpacked.
    """
    with readable(path), _opened(path) as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turns what goes wrong in reading a file's bytes into one sentence.

    Raises:
        DataFormatError: The file is damaged, not complete, or may not be read.
    """
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataFormatError(f"{path.name} is damaged or not complete ({error}): copy it again") from error
    except OSError as error:
        raise DataFormatError(f"{path.name} cannot be read: {error.strerror or error}") from error


def is_packed(path: Path) -> bool:
    """Whether a file is packed by gzip."""
    return path.name.lower().endswith(".gz")


def _opened(path: Path) -> gzip.GzipFile | BufferedReader:
    return gzip.open(path) if is_packed(path) else path.open("rb")
