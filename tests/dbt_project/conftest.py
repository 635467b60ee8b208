"""Fixtures of the tests of the dbt project."""

import pytest

from tests.dbt_project.warehouse import Warehouse


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A warehouse with empty raw tables, one for all tests of a module."""
    path = tmp_path_factory.mktemp("warehouse") / "warehouse.duckdb"
    return Warehouse(path, {"as_of_date": "2026-11-03"}).create_raw_tables()
