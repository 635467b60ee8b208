"""`pos sql`: questions to the published file."""

import csv
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from typing import Any

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


def write_csv(answer: duckdb.DuckDBPyConnection, header: list[str]) -> None:
    """Writes every row."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(header)
    while rows := answer.fetchmany(BATCH):
        writer.writerows(rows)


def write_table(answer: duckdb.DuckDBPyConnection, header: list[str]) -> None:
    """Writes the first rows as a table."""
    rows, more = fetched(answer)
    write_cells(header, [[text(cell) for cell in row] for row in rows], more=more)


def fetched(answer: duckdb.DuckDBPyConnection) -> tuple[list[tuple[Any, ...]], bool]:
    """The rows that a table shows, and whether there are more."""
    found = answer.fetchmany(ROWS_SHOWN + 1)
    return found[:ROWS_SHOWN], len(found) > ROWS_SHOWN


def write_cells(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, right: Collection[str] = (), more: bool = False
) -> None:
    """Writes a table, with names broken at their underscores, or each row as a list where it is too wide.

    Args:
        header: Names of the columns.
        rows: What their cells say.
        right: Names of the columns that stand to the right.
        more: There are rows that are not shown.
    """
    console = Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 10_000)
    broken = [name.replace("_", "\n") for name in header]
    fitting = next((names for names in (header, broken) if width_of(names, rows) < console.width), None)
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
    if more:
        print(f"Only the first {ROWS_SHOWN} rows are shown; --csv writes all.", file=sys.stderr)  # noqa: T201


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
