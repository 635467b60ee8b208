"""A warehouse of hand-made raw rows, and dbt run on it."""

import os
import shutil
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from connectors.registry import CONNECTORS
from orchestration.dbt import without_staging_of_others
from orchestration.planning_settings import read_settings, write_settings
from orchestration.warehouse import systems_with_rows

PROJECT = Path(__file__).parents[2] / "dbt_project"
LOADED_AT = datetime(2026, 6, 1, tzinfo=UTC)
SALES = tuple(
    f"path:models/{folder}"
    for folder in (
        "staging",
        "changes",
        "unified",
        "marts/sales",
        "marts/items/item_daily_totals.sql",
        "marts/items/item_daily_revenue.sql",
        "marts/customers",
        "marts/operations",
    )
)
# of a test that needs a table that is not built, nothing is asked
OWN_TESTS = ("--exclude-resource-type", "unit_test", "--indirect-selection", "cautious")
WARNINGS_ARE_ERRORS = ("--warn-error-options", '{"error": "all", "warn": ["LogTestResult"]}')
SQL_TYPES = {
    pa.string(): "varchar",
    pa.int64(): "bigint",
    pa.bool_(): "boolean",
    pa.decimal128(38, 10): "decimal(38, 10)",
    pa.timestamp("us", tz="UTC"): "timestamptz",
}

Row = Mapping[str, Any]


@dataclass
class Warehouse:
    """Raw tables as dlt would have made them, and what dbt builds of them.

    Attributes:
        path: The DuckDB file.
        variables: Values of dbt's variables in each run.
    """

    path: Path
    variables: dict[str, Any] = field(default_factory=dict)
    _waiting: list[tuple[str, Row]] = field(default_factory=list)

    def create_raw_tables(self) -> "Warehouse":
        with duckdb.connect(str(self.path)) as connection:
            for pos, connector in CONNECTORS.items():
                connection.execute(f"create schema raw_{pos}")
                for table in connector.all_tables:
                    columns = ", ".join(f'"{each.name}" {SQL_TYPES[each.type]}' for each in table.schema)
                    connection.execute(f"create table raw_{pos}.{table.name} ({columns})")
            write_settings(connection, read_settings(self.path.parent / "no settings"))
        return self

    def insert(self, table: str, rows: Iterable[Row]) -> None:
        """Adds rows before the next run; an unnamed column is null, `loaded_at` a fixed time."""
        self._waiting += [(table, row) for row in rows]

    def _write_rows(self) -> None:
        with duckdb.connect(str(self.path)) as connection:
            for table, row in self._waiting:
                values = dict(row) if table.startswith("raw_settings.") else {"loaded_at": LOADED_AT, **row}
                names = ", ".join(f'"{name}"' for name in values)
                marks = ", ".join("?" for _ in values)
                connection.execute(f"insert into {table} ({names}) values ({marks})", list(values.values()))
        self._waiting.clear()

    def without(self, folder: Path, *tables: str) -> "Warehouse":
        """A copy of which these tables of the unified layer are empty."""
        bare = Warehouse(copied(self.path, folder / "warehouse.duckdb"), self.variables)
        for table in tables:
            bare.query(f"delete from unified.{table} returning 1")
        return bare

    def build(self) -> set[str]:
        """Builds and tests everything up to the sales figures.

        Returns:
            Names of the tests that warn.

        Raises:
            AssertionError: A model or a test fails.
        """
        results = self.run("build", *OWN_TESTS, "--select", *SALES)
        return {each.node.name for each in results if each.status == "warn"}

    def run(self, *arguments: str, everything: bool = False) -> Any:
        """Runs dbt as a refresh does: without the staging of systems that have no row, unless it shall."""
        self._write_rows()
        with duckdb.connect(str(self.path)) as connection:
            systems = CONNECTORS.keys() if everything else systems_with_rows(connection, CONNECTORS.values())
        left_out = without_staging_of_others(systems)
        with environment(POS_WAREHOUSE=str(self.path), POS_SYSTEMS=",".join(systems)):
            return invoke(dbtRunner(manifest()), *arguments, *left_out, "--vars", repr(self.variables))

    def query(self, sql: str) -> list[dict[str, Any]]:
        with duckdb.connect(str(self.path)) as connection:
            result = connection.execute(f"set timezone = 'UTC'; {sql}")
            names = [column[0] for column in result.description]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def copied(warehouse: Path, to: Path) -> Path:
    """Copies a warehouse that dbt may hold open in this process, with what stands in its log alone."""
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("checkpoint")
    shutil.copy(warehouse, to)
    return to


@contextmanager
def environment(**values: str) -> Any:
    """Sets environment variables for a while."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@cache
def manifest() -> Manifest:
    """The parsed project, once for all tests."""
    with environment(POS_WAREHOUSE="warehouse.duckdb"):
        return invoke(dbtRunner(), "parse", "--no-partial-parse")


def invoke(runner: dbtRunner, *arguments: str) -> Any:
    command, *options = arguments
    project = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    outcome = runner.invoke(["--quiet", *WARNINGS_ARE_ERRORS, command, *project, *options])
    if outcome.exception:
        raise outcome.exception
    if isinstance(outcome.result, Manifest):
        return outcome.result
    results = outcome.result.results
    failed = [f"{each.node.name}: {each.message}" for each in results if each.status in ("error", "fail")]
    assert outcome.success and not failed, "\n".join(failed)
    return results
