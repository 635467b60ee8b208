"""The dbt models, built in one call while no one else may write the warehouse."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import dbt_assets
from dbt_common.events.base_types import EventMsg
from pydantic import Field

from connectors.core.errors import ConfigurationError
from connectors.registry import CONNECTORS
from orchestration.assets.failures import told_plainly
from orchestration.audit import Status
from orchestration.dbt import (
    Translator,
    build_arguments,
    build_environment,
    dagster_events,
    failure_of,
    prepared_manifest,
    project_version,
    run_build,
    selection_of,
)
from orchestration.metadata import describe_revenue, describe_table
from orchestration.progress import Progress
from orchestration.warehouse import Warehouse, built_by, create_raw_tables, systems_with_rows

DESCRIBED_SCHEMAS = ("unified", "marts")
RECOMMENDATION_INPUTS = dg.AssetKey(["marts", "recommendation_inputs"])
"""Once these are rebuilt, the build is whole only after the order list has been made from them."""


class BuildConfig(dg.Config):
    """How the models are built.

    Attributes:
        as_of_date: The day on which the orders would be placed, YYYY-MM-DD; empty for today.
        full_refresh: Rebuild the incremental models from nothing.
    """

    as_of_date: str = Field(default="", description="Day of ordering, YYYY-MM-DD; empty: today.")
    full_refresh: bool = Field(default=False, description="Rebuild the incremental models from nothing.")


@dbt_assets(manifest=prepared_manifest(), dagster_dbt_translator=Translator(), name="dbt_models")
def dbt_models(
    context: dg.AssetExecutionContext,
    config: BuildConfig,
    warehouse: dg.ResourceParam[Warehouse],
    progress: dg.ResourceParam[Progress],
) -> Iterator[Any]:
    """Builds and tests the selected models; dbt itself stops below a failed test."""
    with told_plainly():
        as_of_date = parse_as_of_date(config.as_of_date) or warehouse.settings.today()
        warehouse.hold()
        with warehouse.writing() as connection:
            create_raw_tables(connection, CONNECTORS.values())
            systems = systems_with_rows(connection, CONNECTORS.values())
            full_refresh = config.full_refresh or built_by(connection) != project_version()
        arguments = build_arguments(systems, full_refresh=full_refresh)
        with (
            audited(warehouse, context.run_id, as_of_date),
            build_environment(warehouse.settings, as_of_date, systems),
        ):
            yield from build(context, arguments, warehouse, progress)
        if RECOMMENDATION_INPUTS not in context.selected_asset_keys:
            warehouse.audit.finish(Status.PASSED)


def parse_as_of_date(text: str) -> date | None:
    """The configured day, or None when none is configured.

    Raises:
        ConfigurationError: The text is no date.
    """
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ConfigurationError(f"as_of_date is '{text}'; write a day like 2026-01-31.") from None


@contextmanager
def audited(warehouse: Warehouse, build_id: str, as_of_date: date) -> Iterator[None]:
    """Stamps the build as begun, and as failed when it fails; a kill leaves it begun."""
    warehouse.audit.begin(build_id, as_of_date)
    try:
        yield
    except Exception:
        warehouse.audit.finish(Status.FAILED)
        raise


def build(
    context: dg.AssetExecutionContext, arguments: list[str], warehouse: Warehouse, progress: Progress
) -> Iterator[Any]:
    """Runs dbt and yields Dagster's events, each model's with a description of the table it made.

    The tables can be described only after dbt has closed the file, so the events wait until then.
    """
    results: list[EventMsg] = []

    def told(result: EventMsg) -> None:
        results.append(result)
        progress.update(f"dbt: {len(results)} models and tests done")

    outcome = run_build([*arguments, *selection_of(context)], warehouse.settings.dbt_target_dir, told)
    events = list(dagster_events(results, context))
    if not outcome.success:
        yield from events
        raise failure_of(outcome)
    models = sum(isinstance(event, dg.Output) for event in events)
    progress.step(f"dbt: {models} models built, {len(results) - models} tests run")
    with warehouse.writing() as connection:
        for event in events:
            yield described(event, context, connection) if isinstance(event, dg.Output) else event


def described(
    event: dg.Output, context: dg.AssetExecutionContext, connection: duckdb.DuckDBPyConnection
) -> dg.Output:
    """A model's event with what a person would ask of the table."""
    schema, table = context.asset_key_for_output(event.output_name).path[-2:]
    if schema not in DESCRIBED_SCHEMAS:
        return event
    columns = connection.sql(f'from "{schema}"."{table}"').columns
    metadata = describe_table(
        connection,
        schema,
        table,
        date_column="business_date" if "business_date" in columns else None,
        preview=schema == "marts",
    )
    if table == "daily_revenue":
        metadata |= describe_revenue(connection)
    return event.with_metadata({**event.metadata, **metadata})
