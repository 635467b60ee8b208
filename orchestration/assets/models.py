"""The dbt models, built in one call while no one else may write the warehouse."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DbtCliInvocation, DbtCliResource, dbt_assets
from dagster_dbt.errors import DagsterDbtCliRuntimeError
from pydantic import Field

from connectors.core.errors import ConfigurationError
from connectors.registry import CONNECTORS
from orchestration.assets.failures import told_plainly
from orchestration.audit import Status
from orchestration.dbt import Translator, build_arguments, failure_of, name_working_file, prepared_manifest
from orchestration.metadata import describe_revenue, describe_table
from orchestration.progress import Progress
from orchestration.warehouse import Warehouse, create_raw_tables

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
    dbt: DbtCliResource,
    progress: dg.ResourceParam[Progress],
) -> Iterator[Any]:
    """Builds and tests the selected models; dbt itself stops below a failed test."""
    with told_plainly():
        as_of_date = parse_as_of_date(config.as_of_date) or warehouse.settings.today()
        warehouse.hold()
        with warehouse.writing() as connection:
            create_raw_tables(connection, CONNECTORS.values())
        with audited(warehouse, context.run_id, as_of_date):
            arguments = build_arguments(as_of_date, full_refresh=config.full_refresh)
            yield from build(context, arguments, warehouse, dbt, progress)
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
    context: dg.AssetExecutionContext,
    arguments: list[str],
    warehouse: Warehouse,
    dbt: DbtCliResource,
    progress: Progress,
) -> Iterator[Any]:
    """Runs dbt and yields its events, each model's with a description of the table it made.

    The tables can be described only after dbt has closed the file, so the events wait until then.
    """
    name_working_file(warehouse.settings)
    target = warehouse.settings.dbt_target_dir
    run_results = target / "run_results.json"
    run_results.unlink(missing_ok=True)
    invocation = dbt.cli(arguments, context=context, target_path=target)
    events: list[Any] = []
    try:
        events.extend(watched(invocation, len(context.selected_asset_keys), progress))
    except DagsterDbtCliRuntimeError as error:
        yield from events
        raise failure_of(run_results, str(error.description or error)) from error
    with warehouse.writing() as connection:
        for event in events:
            yield described(event, context, connection) if isinstance(event, dg.Output) else event


def watched(invocation: DbtCliInvocation, models: int, progress: Progress) -> Iterator[Any]:
    """Dbt's events, while progress is told how many models and tests are done."""
    built = tested = 0
    for event in invocation.stream():
        if isinstance(event, dg.Output):
            built += 1
        else:
            tested += 1
        progress.update(f"dbt: {built} of {models} models built, {tested} tests passed through")
        yield event
    progress.step(f"dbt: {built} models built, {tested} tests run")


def described(
    event: dg.Output, context: dg.AssetExecutionContext, connection: duckdb.DuckDBPyConnection
) -> dg.Output:
    """A model's event with what a person would ask of the table."""
    schema, table = context.asset_key_for_output(event.output_name).path[-2:]
    if schema not in DESCRIBED_SCHEMAS:
        return event
    columns = connection.table(f'"{schema}"."{table}"').columns
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
