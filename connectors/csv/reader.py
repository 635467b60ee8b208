"""A file's bytes as batches of text columns, each row with the line on which it begins.

Python's csv reader is used rather than Arrow's because it tells the physical line of every record, also
after a quoted line break: a rejected row has to name its line.
"""

import csv
import gzip
import hashlib
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc

from connectors.core.errors import DataFormatError

ROWS_PER_BATCH = 50_000
SUFFIXES = (".csv", ".csv.gz")


@dataclass(frozen=True)
class Dialect:
    """How a file's text is cut into fields."""

    delimiter: str
    encoding: str
    footer: tuple[str, ...]


@dataclass(frozen=True)
class Misfit:
    """A row whose fields cannot be told apart."""

    line: int
    reason: str


@dataclass(frozen=True)
class Batch:
    """Some rows of a file.

    Attributes:
        lines: Line number of each row's beginning, int64, the file's first line being 1.
        columns: The wanted columns as text without outer white space; an empty cell is null.
        misfits: Rows of this stretch that have no columns.
        skipped: How many rows of this stretch are totals or have no value at all.
    """

    lines: pa.Array
    columns: pa.Table
    misfits: tuple[Misfit, ...]
    skipped: int


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
    try:
        with _opened(path) as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataFormatError(f"{path.name} is damaged or not complete ({error}): copy it again") from error
    except OSError as error:
        raise DataFormatError(f"{path.name} cannot be read: {error.strerror or error}") from error


def _opened(path: Path) -> gzip.GzipFile | BufferedReader:
    return gzip.open(path) if path.name.lower().endswith(".gz") else path.open("rb")


class SalesFile:
    """One file, open for one reading.

    Attributes:
        header: The names in its first line.
    """

    def __init__(self, path: Path, dialect: Dialect) -> None:
        self.name = path.name
        self._path = path
        self._dialect = dialect
        self.header = self._read_header()

    def _text(self) -> IO[str]:
        encoding = (
            "utf-8-sig" if self._dialect.encoding.lower() in {"utf-8", "utf8"} else self._dialect.encoding
        )
        if self._path.name.lower().endswith(".gz"):
            return gzip.open(self._path, "rt", encoding=encoding, newline="")
        return self._path.open(encoding=encoding, newline="")

    def _read_header(self) -> tuple[str, ...]:
        with self._text() as text:
            reader = csv.reader(text, delimiter=self._dialect.delimiter, strict=True)
            try:
                first = next((cells for cells in reader if cells), None)
            except csv.Error as error:
                raise DataFormatError(f"{self.name}: the first line is no header ({error})") from error
            except UnicodeError as error:
                raise self._wrong_encoding(1) from error
        if first is None:
            raise DataFormatError(f"{self.name} is empty: it has no line that names its columns")
        return tuple(cell.strip() for cell in first)

    def _wrong_encoding(self, line: int) -> DataFormatError:
        return DataFormatError(
            f"{self.name} is not written in {self._dialect.encoding} (after line {line}): set encoding to "
            "the one it was saved in, such as cp1252 (Excel on Windows) or utf-16"
        )

    def require(self, wanted: Iterable[str]) -> None:
        """Makes sure that columns can be read.

        Raises:
            DataFormatError: A column is missing or stands there twice.
        """
        wanted = sorted(set(wanted))
        missing = [column for column in wanted if column not in self.header]
        if missing and len(missing) == len(wanted):
            # The first line may hold a sale instead of names: it is not shown.
            raise DataFormatError(
                f"{self.name}: the first line names none of the mapped columns ({', '.join(wanted)}), but "
                f"{len(self.header)} other(s): check the mapping, the delimiter and that there is a header"
            )
        if missing:
            raise DataFormatError(
                f"{self.name} has no column '{missing[0]}', which the mapping names; its columns are: "
                f"{', '.join(self.header)}"
            )
        twice = [column for column in wanted if self.header.count(column) > 1]
        if twice:
            raise DataFormatError(f"{self.name} has two columns '{twice[0]}': rename one of them in the file")

    def batches(self, wanted: Sequence[str], rows: int = ROWS_PER_BATCH) -> Iterator[Batch]:
        """Reads the rows below the header; columns that are not wanted are dropped at once.

        Raises:
            DataFormatError: The text cannot be decoded, or a stray quotation mark runs over several lines.
        """
        places = [self.header.index(column) for column in wanted]
        width = len(self.header)
        footer = self._dialect.footer
        with self._text() as text:
            reader = csv.reader(text, delimiter=self._dialect.delimiter, strict=True)
            next(cells for cells in reader if cells)
            ended = False
            while not ended:
                lines: list[int] = []
                kept: list[list[str]] = []
                misfits: list[Misfit] = []
                skipped = 0
                while len(kept) + len(misfits) + skipped < rows:
                    line = reader.line_num + 1
                    try:
                        cells = next(reader)
                    except StopIteration:
                        ended = True
                        break
                    except csv.Error as error:
                        misfits.append(
                            self._misfit(line, reader.line_num, f"a quotation mark is misplaced ({error})")
                        )
                        continue
                    except UnicodeError as error:
                        raise self._wrong_encoding(line) from error
                    if not cells:
                        continue
                    first = cells[0].strip()
                    if (footer and first.startswith(footer)) or not (first or any(map(str.strip, cells))):
                        skipped += 1
                    elif len(cells) != width:
                        reason = f"{len(cells)} fields where the header has {width}"
                        misfits.append(self._misfit(line, reader.line_num, reason))
                    else:
                        lines.append(line)
                        kept.append(cells)
                yield Batch(
                    lines=pa.array(lines, pa.int64()),
                    columns=pa.table(
                        {
                            column: _clean(pa.array([cells[place] for cells in kept], pa.string()))
                            for column, place in zip(wanted, places, strict=True)
                        }
                    ),
                    misfits=tuple(misfits),
                    skipped=skipped,
                )

    def _misfit(self, first: int, last: int, reason: str) -> Misfit:
        if last > first:
            # Rows in between were swallowed by an open quotation mark: to reject one row would hide them.
            raise DataFormatError(
                f"{self.name}: lines {first} to {last} read as one row ({reason}): look for a quotation mark "
                f"that is not closed near line {first}"
            )
        return Misfit(first, f"{reason}; the text is withheld because its columns cannot be told apart")


def _clean(cells: pa.Array) -> pa.Array:
    trimmed = pc.utf8_trim_whitespace(cells)
    return pc.if_else(pc.equal(trimmed, ""), None, trimmed)
