"""The buyer's settings as raw tables."""

from collections.abc import Iterator

import dagster as dg

from orchestration.assets.failures import told_plainly
from orchestration.metadata import describe_table
from orchestration.planning_settings import SETTINGS_FILES, read_settings, write_settings
from orchestration.warehouse import Warehouse


def settings_key(table: str) -> dg.AssetKey:
    """The asset of a settings file."""
    return dg.AssetKey(["raw", "settings", table])


@dg.multi_asset(
    name="settings_tables",
    specs=[
        dg.AssetSpec(
            settings_key(file.table),
            group_name="ingest",
            description=file.description,
            kinds={"csv", "duckdb"},
        )
        for file in SETTINGS_FILES
    ],
)
def settings_tables(warehouse: dg.ResourceParam[Warehouse]) -> Iterator[dg.MaterializeResult]:
    """Checks the settings files and replaces their tables."""
    with told_plainly():
        tables = read_settings(warehouse.settings.settings_dir)
        with warehouse.writing() as connection:
            write_settings(connection, tables)
            for name in tables:
                yield dg.MaterializeResult(
                    asset_key=settings_key(name),
                    metadata=describe_table(connection, "raw_settings", name, date_column=None, preview=True),
                )
