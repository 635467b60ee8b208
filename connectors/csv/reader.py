"""A file's bytes as batches of text columns, each row with the line on which it begins.

Python's csv reader is used rather than Arrow's because it tells the physical line of every record, also
after a quoted line break: a rejected row has to name its line.
"""

import codecs
import csv
import gzip
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from connectors.core.errors import DataFormatError
from connectors.csv.inbox import is_packed, readable

if TYPE_CHECKING:
    from _csv import Reader

ROWS_PER_BATCH = 50_000


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

    @contextmanager
    def _reader(self) -> "Iterator[Reader]":
        """The records of the whole file, errors of its bytes and of its encoding in one sentence."""
        encoding = self._dialect.encoding
        if codecs.lookup(encoding).name == "utf-8":
            encoding = "utf-8-sig"
        opened = gzip.open if is_packed(self._path) else open
        with readable(self._path), opened(self._path, "rt", encoding=encoding, newline="") as text:
            reader = csv.reader(text, delimiter=self._dialect.delimiter, strict=True)
            try:
                yield reader
            except UnicodeError as error:
                raise DataFormatError(
                    f"{self.name} is not written in {self._dialect.encoding} (after line {reader.line_num}): "
                    "set encoding to the one it was saved in, such as cp1252 (Excel on Windows) or utf-16"
                ) from error

    def _read_header(self) -> tuple[str, ...]:
        with self._reader() as reader:
            try:
                first = next((cells for cells in reader if cells), None)
            except csv.Error as error:
                raise DataFormatError(f"{self.name}: the first line is no header ({error})") from error
        if first is None:
            raise DataFormatError(f"{self.name} is empty: it has no line that names its columns")
        return tuple(cell.strip() for cell in first)

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

        Yields:
            At least one batch.

        Raises:
            DataFormatError: The text cannot be decoded, or a stray quotation mark runs over several lines.
        """
        places = [self.header.index(column) for column in wanted]
        records = self._records()
        ended = False
        while not ended:
            lines: list[int] = []
            cells: list[list[str]] = [[] for _ in wanted]
            # Cells go to their columns at once: rows kept as lists would cost more to collect than to read.
            columns = [(place, column.append) for place, column in zip(places, cells, strict=True)]
            misfits: list[Misfit] = []
            count = 0
            for line, found in islice(records, rows):
                count += 1
                if isinstance(found, list):
                    lines.append(line)
                    for place, append in columns:
                        append(found[place])
                elif found is not None:
                    misfits.append(Misfit(line, found))
            ended = count < rows
            yield Batch(
                lines=pa.array(lines, pa.int64()),
                columns=pa.table({name: _clean(column) for name, column in zip(wanted, cells, strict=True)}),
                misfits=tuple(misfits),
                skipped=count - len(lines) - len(misfits),
            )

    def _records(self) -> Iterator[tuple[int, list[str] | str | None]]:
        """Line and fields of each row; instead of fields what is wrong with them, or None for no row."""
        width = len(self.header)
        footer = self._dialect.footer
        with self._reader() as reader:
            next(cells for cells in reader if cells)
            while True:
                line = reader.line_num + 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    yield line, self._fault(line, reader.line_num, f"a quotation mark is misplaced ({error})")
                    continue
                if not cells:
                    continue
                first = cells[0].strip()
                if (footer and first.startswith(footer)) or not (first or any(map(str.strip, cells))):
                    yield line, None
                elif len(cells) != width:
                    fault = f"{len(cells)} fields where the header has {width}"
                    yield line, self._fault(line, reader.line_num, fault)
                elif reader.line_num > line and self._swallowed_rows(cells):
                    self._fault(line, reader.line_num, "a quoted field holds whole rows")
                else:
                    yield line, cells

    def _swallowed_rows(self, cells: list[str]) -> bool:
        """Whether a field with line breaks begins and ends like two rows of the file cut through.

        Two stray quotation marks in one column, some lines apart, leave a row with the right number of
        fields. It shows in that its first and its last line would be whole rows without the marks.
        """
        mark = self._dialect.delimiter
        for place, cell in enumerate(cells):
            first, *others = cell.splitlines() or [""]
            if others and place + first.count(mark) == len(cells) - 1 and others[-1].count(mark) == place:
                return True
        return False

    def _fault(self, first: int, last: int, reason: str) -> str:
        if last > first:
            # Rows in between were swallowed by an open quotation mark: to reject one row would hide them.
            raise DataFormatError(
                f"{self.name}: lines {first} to {last} read as one row ({reason}): look for a quotation mark "
                f"that is not closed near line {first}"
            )
        return f"{reason}; the text is withheld because its columns cannot be told apart"


def _clean(cells: list[str]) -> pa.Array:
    trimmed = pc.utf8_trim_whitespace(pa.array(cells, pa.string()))
    return pc.if_else(pc.equal(trimmed, ""), None, trimmed)
