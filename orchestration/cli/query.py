"""`pos sql`: questions to the published file."""

import csv
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from typing import Any, TextIO

import duckdb
from rich.box import HORIZONTALS
from rich.console import Console
from rich.table import Table

from orchestration.errors import OperationError
from orchestration.publisher import Publisher
from orchestration.settings import Settings

ROWS_SHOWN = 200
BATCH = 10_000
CELL_MARGIN = 3
CLOSED = {"enable_external_access": "false", "lock_configuration": "true"}
"""No file, no network and no setting is within a query's reach."""


class QueryError(OperationError):
    """The query cannot be answered."""


@contextmanager
def published(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, for reading only.

    Raises:
        NothingPublished: There is none yet.
    """
    Publisher(settings).current()
    with duckdb.connect(str(settings.published_file), read_only=True, config=CLOSED) as connection:
        yield connection


def run_query(query: str, *, as_csv: bool) -> None:
    """Prints a query's answer.

    Args:
        query: SQL.
        as_csv: Every row as CSV, instead of the first rows as a table.

    Raises:
        QueryError: DuckDB cannot run the query.
    """
    with published(Settings.from_environment()) as connection:
        try:
            answer = connection.execute(query)
            header = [column[0] for column in answer.description or []]
            if as_csv:
                write_csv(answer, header)
            else:
                write_table(answer, header)
        except duckdb.Error as error:
            raise QueryError(" ".join(str(error).split())) from None


def write_csv(answer: duckdb.DuckDBPyConnection, header: list[str]) -> bool:
    """Writes every row.

    Returns:
        Whether there are any.
    """
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(header)
    has_rows = False
    while rows := answer.fetchmany(BATCH):
        writer.writerows(rows)
        has_rows = True
    return has_rows


def write_table(answer: duckdb.DuckDBPyConnection, header: list[str]) -> None:
    """Writes the first rows as a table."""
    rows, more = fetched(answer)
    write_cells(header, [[text(cell) for cell in row] for row in rows], more=more, has_csv=True)


def fetched(answer: duckdb.DuckDBPyConnection) -> tuple[list[tuple[Any, ...]], bool]:
    """The rows that a table shows, and whether there are more."""
    found = answer.fetchmany(ROWS_SHOWN + 1)
    return found[:ROWS_SHOWN], len(found) > ROWS_SHOWN


def write_cells(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: Collection[str] = (),
    more: bool = False,
    has_csv: bool = False,
) -> None:
    """Writes a table, with names broken at their underscores, or each row as a list where it is too wide.

    Args:
        header: Names of the columns.
        rows: What their cells say.
        right: Names of the columns that stand to the right.
        more: There are rows that are not shown.
        has_csv: The command writes the same rows as CSV, too.
    """
    console = output(sys.stdout)
    fitting = fitting_names(header, rows)
    if fitting:
        table = Table()
        for name, shown in zip(header, fitting, strict=True):
            table.add_column(shown, justify="right" if name in right else "left")
        for row in rows:
            table.add_row(*row)
        console.print(table)
    else:
        for row in rows:
            record = Table(box=HORIZONTALS, show_header=False)
            for cells in zip(header, row, strict=True):
                record.add_row(*cells)
            console.print(record)
        if has_csv:
            columns = width_of(broken(header), rows) + 1
            note(f"One table takes a terminal of {columns} columns; --csv writes it for a spreadsheet.")
    if more:
        note(f"Only the first {ROWS_SHOWN} rows are shown; --csv writes all.")


def output(stream: TextIO) -> Console:
    """Where text is written as it is: broken between words at a terminal's edge, and nowhere in a file."""
    return Console(
        file=stream, highlight=False, markup=False, emoji=False, width=None if stream.isatty() else 10_000
    )


def note(sentence: str) -> None:
    """Says something beside the answer."""
    output(sys.stderr).print(sentence)


def fits(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Tells whether rows can be shown as one table."""
    return fitting_names(header, rows) is not None


def fitting_names(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Sequence[str] | None:
    """The names of columns, broken where they must be, with which a table fits; None where it does not."""
    width = output(sys.stdout).width
    return next((names for names in (header, broken(header)) if width_of(names, rows) < width), None)


def broken(header: Sequence[str]) -> list[str]:
    """Names of columns, one word a line."""
    return [name.replace("_", "\n") for name in header]


def width_of(header: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """The characters that a table needs from side to side."""
    names = (max(map(len, name.splitlines()), default=0) for name in header)
    cells = (max(map(len, column), default=0) for column in zip(*rows, strict=True))
    return sum(max(pair) + CELL_MARGIN for pair in zip_longest(names, cells, fillvalue=0))


def text(cell: object) -> str:
    """A cell for people; a measured figure with as many places as they can use."""
    if isinstance(cell, float):
        return f"{cell:.4f}".rstrip("0").rstrip(".")
    return "" if cell is None else str(cell)
