"""Raw tables: every connection is read side by side, and loaded one after the other."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import dagster as dg
import duckdb
import pyarrow as pa
from pydantic import Field

from connectors.core.connection import Connection
from connectors.core.connections import load_connections
from connectors.core.connector import Connector, Window
from connectors.core.errors import ConfigurationError
from connectors.core.landing import Landed, land
from connectors.core.tables import Table
from connectors.registry import CONNECTORS
from orchestration.assets.failures import told_plainly
from orchestration.errors import plain_sentence
from orchestration.metadata import describe_table
from orchestration.progress import Progress
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse, create_raw_tables

MOST_AT_ONCE = 16


class LandingConfig(dg.Config):
    """Which connections are read, and what of them.

    Attributes:
        connections: Their ids; empty for all that are configured.
        start_date: First day of sale of a backfill (YYYY-MM-DD); empty for what changed since the last run.
        end_date: Last day of sale of a backfill.
    """

    connections: list[str] = Field(default=[], description="Ids of the connections to read; empty for all.")
    start_date: str = Field(default="", description="Backfill: first day of sale, YYYY-MM-DD.")
    end_date: str = Field(default="", description="Backfill: last day of sale, YYYY-MM-DD.")


def raw_key(pos: str, table: Table) -> dg.AssetKey:
    """The asset of a raw table."""
    return dg.AssetKey(["raw", pos, table.name])


def raw_specs() -> list[dg.AssetSpec]:
    """One asset a raw table of every registered connector."""
    return [
        dg.AssetSpec(
            raw_key(connector.pos, table),
            group_name="ingest",
            description=table.description,
            kinds={"dlt", "duckdb"},
            metadata={"dagster/table_name": f"raw_{connector.pos}.{table.name}"},
        )
        for connector in CONNECTORS.values()
        for table in connector.all_tables
    ]


@dg.multi_asset(name="raw_tables", specs=raw_specs(), can_subset=True)
def raw_tables(
    context: dg.AssetExecutionContext,
    config: LandingConfig,
    warehouse: dg.ResourceParam[Warehouse],
    progress: dg.ResourceParam[Progress],
) -> Iterator[dg.MaterializeResult]:
    """Lands every connection, or says which could not be landed and why."""
    with told_plainly():
        settings = warehouse.settings
        connections = chosen_connections(settings, config.connections)
        with warehouse.writing() as connection:
            create_raw_tables(connection, CONNECTORS.values())
        landed = land_side_by_side(
            connections,
            warehouse,
            progress,
            tables={pos: selected_tables(context, pos) for pos in CONNECTORS},
            span=backfill_span(config.start_date, config.end_date),
        )
        for told in landed:
            for warning in told.warnings:
                context.log.warning(f"{told.connection_id}: {warning}")
        with warehouse.writing() as connection:
            for connector in CONNECTORS.values():
                for table in connector.all_tables:
                    if raw_key(connector.pos, table) in context.selected_asset_keys:
                        yield dg.MaterializeResult(
                            asset_key=raw_key(connector.pos, table),
                            metadata=describe_landing(connection, connector, table, landed),
                        )


def chosen_connections(settings: Settings, ids: Sequence[str]) -> tuple[Connection, ...]:
    """The configured connections, or those of them that are named.

    Raises:
        ConfigurationError: Nothing is configured, the configuration cannot be used, or an id is not in it.
    """
    configured = load_connections(settings.connections_file, os.environ)
    known = {connection.id: connection for connection in configured}
    for name in ids:
        if name not in known:
            raise ConfigurationError(f"There is no connection '{name}'; configured are: {', '.join(known)}.")
    return tuple(known[name] for name in ids) or configured


def selected_tables(context: dg.AssetExecutionContext, pos: str) -> frozenset[str] | None:
    """The names of a connector's tables that this run materialises; None for all of them."""
    every = CONNECTORS[pos].all_tables
    chosen = {table.name for table in every if raw_key(pos, table) in context.selected_asset_keys}
    return None if len(chosen) == len(every) else frozenset(chosen)


def backfill_span(start_date: str, end_date: str) -> Window | None:
    """The time that a backfill asks for: its days, and a day more on both sides.

    With that day, the span holds the days whole in every time zone and with every business day cut-off. What
    is read twice is merged by its key.

    Raises:
        ConfigurationError: Only one of the days is given, one is no date, or they stand in the wrong order.
    """
    if not start_date and not end_date:
        return None
    try:
        first, last = date.fromisoformat(start_date), date.fromisoformat(end_date)
    except ValueError:
        raise ConfigurationError(
            f"A backfill needs a first and a last day like 2026-01-31; got '{start_date}' and '{end_date}'."
        ) from None
    if last < first:
        raise ConfigurationError(f"The backfill ends on {last}, before it starts on {first}: swap them.")
    midnight = time(tzinfo=UTC)
    return Window(
        start=datetime.combine(first - timedelta(days=1), midnight),
        end=datetime.combine(last + timedelta(days=2), midnight),
    )


def land_side_by_side(
    connections: Sequence[Connection],
    warehouse: Warehouse,
    progress: Progress,
    *,
    tables: dict[str, frozenset[str] | None],
    span: Window | None,
) -> list[Landed]:
    """Lands connections in threads: they wait for vendors at the same time, and for the warehouse in turn.

    Args:
        connections: What to land.
        warehouse: The working file.
        progress: Told of every window.
        tables: The tables wanted of each point-of-sale system; None for all.
        span: The span of a backfill; None for what changed since the last run.

    Returns:
        What was landed, in the connections' order.

    Raises:
        dagster.Failure: A connection could not be landed. The others were landed nevertheless.
        Exception: An error that no one foresaw, after the others were landed.
    """
    settings, now = warehouse.settings, datetime.now(UTC)
    wanted = [connection for connection in connections if tables[connection.pos] != frozenset()]
    hash_key = settings.required_hash_key()
    landed: dict[str, Landed] = {}
    failures: dict[str, Exception] = {}
    with ThreadPoolExecutor(max_workers=MOST_AT_ONCE, thread_name_prefix="land") as pool:
        futures = {
            pool.submit(
                land,
                connection,
                CONNECTORS[connection.pos],
                warehouse=settings.working_file,
                pipelines=settings.pipelines_dir,
                lock=warehouse.lock,
                hash_key=hash_key,
                now=now,
                tables=tables[connection.pos],
                span=span,
                progress=progress.step,
            ): connection.id
            for connection in wanted
        }
        for future in as_completed(futures):
            name = futures[future]
            error = future.exception()
            if error is None:
                landed[name] = future.result()
            elif isinstance(error, Exception):
                failures[name] = error
            else:
                raise error
    raise_failures(failures)
    return [landed[connection.id] for connection in wanted]


def raise_failures(failures: dict[str, Exception]) -> None:
    """Fails with the sentences of all connections that failed; an unforeseen error goes first."""
    sentences = {name: plain_sentence(error) for name, error in failures.items()}
    for name, sentence in sentences.items():
        if sentence is None:
            raise failures[name]
    if failures:
        raise dg.Failure(
            description=" ".join(dict.fromkeys(str(sentences[name]) for name in sorted(sentences))),
            allow_retries=False,
        )


def describe_landing(
    connection: duckdb.DuckDBPyConnection, connector: Connector, table: Table, landed: Sequence[Landed]
) -> dict[str, Any]:
    """What a raw table's materialisation shows."""
    mine = [told for told in landed if told.pos == connector.pos]
    rows = {told.connection_id: told.rows.get(table.name, 0) for told in mine}
    times = [column.name for column in table.columns if pa.types.is_timestamp(column.type)]
    return {
        "rows_loaded": sum(rows.values()),
        "rows_by_connection": rows,
        "rejected_rows": sum(told.rejected for told in mine),
        **describe_table(
            connection,
            f"raw_{connector.pos}",
            table.name,
            date_column=times[0] if times else None,
            preview=True,
        ),
    }
