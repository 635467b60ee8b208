"""The project as a whole: it builds from nothing, twice the same, and says what its columns are."""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml

from connectors.registry import CONNECTORS
from planning.reasons import REASON_CODES
from planning.schema import RECOMMENDATIONS, TRANSFERS
from tests.dbt_project.square_rows import Account, amounts
from tests.dbt_project.warehouse import PROJECT, Warehouse, manifest

FIGURES = ("decimal", "double", "integer", "bigint", "hugeint", "interval")
UNIT = re.compile(
    r"\bin (?:\w+_|the (?:\w+'s )?)?currency\b"
    r"|\bunits?\b|\bnumber of\b|\b(?:minutes|days|weeks|months)\b"
    r"|\b0 to 1\b|\b1 is\b|\ba tenth\b|\bratio\b|\bstandard deviations\b|\brank\b"
    r"|\bmonday 1\b|\b0 to 23\b|\bmonth 1\b",
    re.IGNORECASE,
)
"""Money, quantities, counts, durations, ratios, and places in an order."""
PART = re.compile(r"share|rate|uptake|margin|index|accuracy|trend|variation|wape")
OF_WHAT = re.compile(r"\b(?:of|by|against|per|over)\b| / |\b1 - ")


def test_an_empty_warehouse_builds_and_its_rules_hold_on_their_examples(warehouse: Warehouse) -> None:
    results = warehouse.run("build", everything=True)
    assert {each.status for each in results} <= {"success", "pass"}
    assert sum(each.node.resource_type == "unit_test" for each in results) > 0


@pytest.mark.parametrize("systems", [{"csv"}, {"csv", "square"}, set()])
def test_only_systems_with_rows_are_built_and_read(tmp_path: Path, systems: set[str]) -> None:
    warehouse = Warehouse(tmp_path / "warehouse.duckdb").create_raw_tables()
    for pos in systems:
        warehouse.insert(f"raw_{pos}.locations", [{"connection_id": pos, "id": "s", "currency": "EUR"}])
    warehouse.run("run", "--select", "path:models/staging", "path:models/changes", "path:models/unified")
    staged = warehouse.query(
        "select view_name as name from duckdb_views()"
        " where schema_name = 'staging' and view_name <> 'changed_records'"
    )
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


def models_of(layer: str) -> list[Any]:
    return [
        node for node in manifest().nodes.values() if node.resource_type == "model" and node.schema == layer
    ]


@pytest.mark.parametrize("layer", ["unified", "marts"])
def test_every_column_that_readers_see_is_described_and_typed(layer: str) -> None:
    models = models_of(layer)
    assert models
    for model in models:
        assert model.contract.enforced and model.description, model.name
        bare = [
            column.name for column in model.columns.values() if not (column.description and column.data_type)
        ]
        assert not bare, f"{model.name}: {bare}"


@pytest.mark.parametrize("layer", ["unified", "marts"])
def test_the_description_of_every_figure_names_its_unit(layer: str) -> None:
    figures = {
        (model.name, column.name): column
        for model in models_of(layer)
        for column in model.columns.values()
        if column.data_type.startswith(FIGURES)
    }
    assert len(figures) > 50
    without_unit = [name for name, column in figures.items() if not UNIT.search(column.description)]
    assert without_unit == []
    parts = {
        name: column.description
        for name, column in figures.items()
        if column.data_type == "double" and PART.search(column.name)
    }
    assert [name for name, words in parts.items() if not OF_WHAT.search(words)] == []


def test_no_description_is_written_twice() -> None:
    """What several columns share is a doc block of definitions.md."""
    written: dict[str, set[str]] = defaultdict(set)
    for path in [*(PROJECT / "models/unified").glob("*.yml"), *(PROJECT / "models/marts").glob("*/*.yml")]:
        for model in yaml.safe_load(path.read_text())["models"]:
            for column in model["columns"]:
                if "doc(" not in column["description"]:
                    written[column["description"].strip()].add(f"{model['name']}.{column['name']}")
    assert {words: columns for words, columns in written.items() if len(columns) > 1} == {}


def test_every_raw_table_has_the_key_of_the_asset_that_loads_it() -> None:
    for source in manifest().sources.values():
        if source.source_name != "planning":
            pos = source.source_name.removeprefix("raw_")
            assert source.meta["dagster"]["asset_key"] == ["raw", pos, source.name]


@pytest.mark.parametrize(
    ("table", "schema"), [("order_recommendations", RECOMMENDATIONS), ("transfers", TRANSFERS)]
)
def test_every_column_and_code_of_the_order_list_is_described(table: str, schema: pa.Schema) -> None:
    (source,) = (
        each for each in manifest().sources.values() if (each.source_name, each.name) == ("planning", table)
    )
    assert source.meta["dagster"]["asset_key"] == ["planning", table]
    assert list(source.columns) == schema.names
    assert all(column.description for column in source.columns.values())
    if codes := source.columns.get("reason_codes"):
        told = dict(re.findall(r"- `(\w+)`: (.+)", codes.description))
        assert told == REASON_CODES


def test_no_model_above_staging_names_a_vendor() -> None:
    systems = "|".join(CONNECTORS)
    names = rf"stg_\w+|raw_(?:{systems})|'(?:{systems})'"
    for node in manifest().nodes.values():
        if node.resource_type == "model" and node.schema != "staging":
            assert not re.findall(names, node.raw_code), node.name
