import dataclasses
from datetime import date

import duckdb
import pyarrow as pa
import pytest

from connectors.core.tables import Column, Table
from connectors.registry import CONNECTORS
from orchestration.audit import AuditStamp, Status
from orchestration.errors import PublishRefused, WarehouseBusy
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse, create_raw_tables, sql_type, systems_with_rows
from tests.orchestration.processes import start, wait_for_line

HOLDER = """
import sys
from pathlib import Path
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse
warehouse = Warehouse(Settings(data_dir=Path(sys.argv[1])))
with warehouse.writing() as connection:
    print("holding", flush=True)
    sys.stdin.read()
"""
SHELL = "import sys, duckdb; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"


def test_a_second_process_waits_and_then_says_who_is_in_the_way(settings: Settings) -> None:
    holder = start(HOLDER, settings.data_dir)
    told: list[str] = []
    try:
        assert wait_for_line(holder) == "holding"
        with pytest.raises(WarehouseBusy, match="Another run has been writing the warehouse"):
            Warehouse(settings, tell=told.append).lock.__enter__()
        assert told == ["waiting for another run that is writing the warehouse"]
    finally:
        holder.kill()
        holder.communicate()


def test_the_lock_dies_with_its_process(settings: Settings) -> None:
    holder = start(HOLDER, settings.data_dir)
    assert wait_for_line(holder) == "holding"
    holder.kill()
    holder.communicate()
    with Warehouse(settings).writing() as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_a_shell_on_the_working_file_is_waited_for_and_then_named(settings: Settings) -> None:
    with Warehouse(settings).writing() as connection:
        connection.execute("create table t (n integer)")
    shell = start(SHELL, settings.working_file)
    try:
        assert wait_for_line(shell) == "open"
        with pytest.raises(WarehouseBusy, match=r"Another program has .* open: close it and run again"):
            Warehouse(settings).lock.__enter__()
    finally:
        shell.kill()
        shell.communicate()
    with Warehouse(settings).writing() as connection:
        assert connection.execute("select count(*) from t").fetchone() == (0,)


def test_a_lock_that_is_held_for_a_build_can_be_entered_again_and_is_given_back_once(
    settings: Settings,
) -> None:
    warehouse = Warehouse(settings)
    warehouse.hold()
    warehouse.hold()
    with warehouse.writing() as connection:
        connection.execute("create table t (n integer)")
    other = Warehouse(settings.model_copy(update={"lock_timeout_seconds": 0}))
    with pytest.raises(WarehouseBusy):
        other.lock.__enter__()
    warehouse.let_go()
    warehouse.let_go()
    with other.lock:
        pass


def test_every_registered_table_exists_with_the_types_of_its_wire_schema() -> None:
    with duckdb.connect() as connection:
        create_raw_tables(connection, CONNECTORS.values())
        create_raw_tables(connection, CONNECTORS.values())
        for connector in CONNECTORS.values():
            for table in connector.all_tables:
                found = connection.execute(
                    "select column_name, data_type from information_schema.columns"
                    " where table_schema = ? and table_name = ? order by ordinal_position",
                    [f"raw_{connector.pos}", table.name],
                ).fetchall()
                assert [name for name, _ in found] == table.schema.names
                assert {kind for _, kind in found} <= {
                    "VARCHAR",
                    "BIGINT",
                    "BOOLEAN",
                    "DATE",
                    "TIMESTAMP WITH TIME ZONE",
                    "DECIMAL(38,10)",
                }


def test_a_column_that_a_new_release_keeps_is_added_to_a_table_that_exists() -> None:
    connector = next(iter(CONNECTORS.values()))
    old = Table("things", "things", ("id",), (Column("id", "id"),))
    new = dataclasses.replace(old, columns=(*old.columns, Column("colour", "colour")))
    with duckdb.connect() as connection:
        create_raw_tables(connection, [_with_only(connector, old)])
        connection.execute(f"insert into raw_{connector.pos}.things values ('c', 'one', now())")
        create_raw_tables(connection, [_with_only(connector, new)])
        rows = connection.execute(f"select id, colour from raw_{connector.pos}.things").fetchall()
    assert rows == [("one", None)]


def test_a_type_that_no_raw_table_may_have_is_refused() -> None:
    with pytest.raises(TypeError, match="double"):
        sql_type(pa.float64())


def test_an_order_list_is_only_made_from_models_of_the_same_run(audit: AuditStamp) -> None:
    audit.begin("monday", date(2026, 1, 5))
    assert audit.require_unbroken("monday").as_of_date == date(2026, 1, 5)
    with pytest.raises(PublishRefused, match="did not finish"):
        audit.require_unbroken("tuesday")
    audit.finish(Status.FAILED)
    with pytest.raises(PublishRefused, match="failed"):
        audit.require_unbroken("monday")
    audit.begin("tuesday", date(2026, 1, 6))
    audit.finish(Status.PASSED)
    assert audit.require_unbroken("by hand").as_of_date == date(2026, 1, 6)


class _Connector:
    def __init__(self, pos: str, table: Table) -> None:
        self.pos = pos
        self.all_tables = (table,)


def _with_only(connector: object, table: Table) -> object:
    return _Connector(connector.pos, table)


def test_only_systems_with_a_row_are_named(settings: Settings) -> None:
    with Warehouse(settings).writing() as connection:
        create_raw_tables(connection, CONNECTORS.values())
        assert systems_with_rows(connection, CONNECTORS.values()) == set()
        connection.execute("insert into raw_csv.rejected_rows (connection_id) values ('till')")
        assert systems_with_rows(connection, CONNECTORS.values()) == {"csv"}
        connection.execute("insert into raw_square.orders (connection_id) values ('shop')")
        assert systems_with_rows(connection, CONNECTORS.values()) == {"csv", "square"}
