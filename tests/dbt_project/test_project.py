"""The project as a whole: it builds from nothing, twice the same, and says what its columns are."""

import re
from pathlib import Path

import pytest

from connectors.registry import CONNECTORS
from tests.dbt_project.square_rows import Account, amounts
from tests.dbt_project.warehouse import Warehouse, manifest


def test_an_empty_warehouse_builds_and_its_rules_hold_on_their_examples(warehouse: Warehouse) -> None:
    results = warehouse.run("build", everything=True)
    assert {each.status for each in results} <= {"success", "pass"}
    assert sum(each.node.resource_type == "unit_test" for each in results) > 0


@pytest.mark.parametrize("systems", [{"csv"}, {"csv", "square"}, set()])
def test_only_systems_with_rows_are_built_and_read(tmp_path: Path, systems: set[str]) -> None:
    warehouse = Warehouse(tmp_path / "warehouse.duckdb").create_raw_tables()
    for pos in systems:
        warehouse.insert(f"raw_{pos}.locations", [{"connection_id": pos, "id": "s", "currency": "EUR"}])
    warehouse.run("run", "--select", "path:models/staging", "path:models/unified")
    staged = warehouse.query("select view_name as name from duckdb_views() where schema_name = 'staging'")
    assert {each["name"].split("_")[1] for each in staged} == systems
    assert {row["connection_id"] for row in warehouse.query("from unified.locations")} == systems
    assert warehouse.query("from unified.purchase_orders") == []


def test_service_charges_are_sales_where_the_user_says_so(tmp_path: Path) -> None:
    warehouse = Warehouse(
        tmp_path / "warehouse.duckdb", {"as_of_date": "2026-03-03", "service_charges_in_net_sales": True}
    ).create_raw_tables()
    account = Account(warehouse)
    account.store("s")
    account.order("o", "s", "2026-03-02 17:00", total=1200, service_charge_amount=200)
    account.line("o", "a", 1000, item="V")
    account.tender("o", "p", 1200)
    assert warehouse.build() == set()
    (day,) = warehouse.query("from marts.daily_revenue")
    assert list(amounts(day, "net_sales", "service_charges", "total_collected")) == ["12", "2", "12"]


@pytest.mark.parametrize("layer", ["unified", "marts"])
def test_every_column_that_readers_see_is_described_and_typed(layer: str) -> None:
    models = [
        node for node in manifest().nodes.values() if node.resource_type == "model" and node.schema == layer
    ]
    assert models
    for model in models:
        assert model.contract.enforced and model.description, model.name
        bare = [
            column.name for column in model.columns.values() if not (column.description and column.data_type)
        ]
        assert not bare, f"{model.name}: {bare}"


def test_every_raw_table_has_the_key_of_the_asset_that_loads_it() -> None:
    for source in manifest().sources.values():
        pos = source.source_name.removeprefix("raw_")
        assert source.meta["dagster"]["asset_key"] == ["raw", pos, source.name]


def test_no_model_above_staging_names_a_vendor() -> None:
    systems = "|".join(CONNECTORS)
    names = rf"stg_\w+|raw_(?:{systems})|'(?:{systems})'"
    for node in manifest().nodes.values():
        if node.resource_type == "model" and node.schema != "staging":
            assert not re.findall(names, node.raw_code), node.name
