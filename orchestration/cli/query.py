"""`pos sql`: questions to the published file."""

import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
from rich.console import Console
from rich.table import Table

from orchestration.errors import OperationError
from orchestration.publisher import Publisher
from orchestration.settings import Settings

ROWS_SHOWN = 200
BATCH = 10_000
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
    """Writes the first rows."""
    rows = answer.fetchmany(ROWS_SHOWN + 1)
    table = Table(*header)
    for row in rows[:ROWS_SHOWN]:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    console = Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 10_000)
    console.print(table)
    if len(rows) > ROWS_SHOWN:
        print(f"Only the first {ROWS_SHOWN} rows are shown; --csv writes all.", file=sys.stderr)  # noqa: T201
