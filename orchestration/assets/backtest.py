"""Does following the order list pay? The last twelve weeks, replayed once a week."""

from datetime import date
from typing import Any

import dagster as dg
import duckdb
import pyarrow as pa

from orchestration.assets.failures import told_plainly
from orchestration.assets.models import RECOMMENDATION_INPUTS
from orchestration.backtest_picture import class_bars
from orchestration.dbt import project_version
from orchestration.errors import PublishRefused
from orchestration.metadata import describe_table, markdown_table
from orchestration.progress import Progress
from orchestration.warehouse import Warehouse, built_by
from planning import backtest
from planning.backtest_schema import DEMAND, ITEMS, LEVELS, WEEKDAYS
from planning.backtest_summary import sentences, summarise

NOTHING_OLD_ENOUGH = "No item has been on sale long enough for a replay yet."
HEADER = (
    "class",
    "items",
    "aimed at",
    "reached",
    "naive rule",
    "units served",
    "stock value",
    "against naive",
)


@dg.asset(
    key=["planning", "policy_backtest"],
    deps=[
        RECOMMENDATION_INPUTS,
        dg.AssetKey(["marts", "safety_stock_history"]),
        dg.AssetKey(["marts", "forecast_weekday_index"]),
        dg.AssetKey(["marts", "item_daily_demand"]),
    ],
    group_name="inventory",
    kinds={"python", "duckdb"},
    metadata={"dagster/table_name": "planning.policy_backtest"},
)
def policy_backtest(
    context: dg.AssetExecutionContext,
    warehouse: dg.ResourceParam[Warehouse],
    progress: dg.ResourceParam[Progress],
) -> dg.MaterializeResult:
    """The last twelve weeks as the order list and as the naive rule would have ordered, item by item.

    By ABC class it stands in `planning.policy_backtest_summary`.
    """
    with told_plainly():
        warehouse.hold()
        audit = warehouse.audit.require_unbroken(context.run_id)
        with warehouse.writing() as connection:
            require_this_version(connection)
            replayed = replay(connection, audit.as_of_date)
            summary = summarise(replayed)
            replace_tables(connection, policy_backtest=replayed, policy_backtest_summary=summary)
            metadata = describe_table(
                connection, "planning", "policy_backtest", date_column="last_day", preview=True
            )
        progress.step(f"backtest: {replayed.num_rows // 2} items replayed")
        return dg.MaterializeResult(metadata=metadata | describe_summary(summary))


def replay(connection: duckdb.DuckDBPyConnection, as_of_date: date) -> pa.Table:
    """Replays the weeks before a day, from the marts of a build for that day."""
    levels, demand, items = (
        connection.table(f"marts.{name}").select(*columns.names)
        for name, columns in (
            ("safety_stock_history", LEVELS),
            ("item_daily_demand", DEMAND),
            ("recommendation_inputs", ITEMS),
        )
    )
    weekdays = connection.table("marts.forecast_weekday_index").select(
        "*",
        duckdb.SQLExpression(f"date '{as_of_date}' - cast(7 * origin_weeks_ago as integer) as origin_date"),
    )
    known_levels = levels.to_arrow_table()
    first_day = backtest.first_day_needed(known_levels, as_of_date)
    days = demand.filter(f"business_date >= date '{first_day}'").to_arrow_table()
    return backtest.policy_backtest(
        known_levels,
        days,
        items.to_arrow_table(),
        as_of_date,
        weekdays=weekdays.select(*WEEKDAYS.names).to_arrow_table(),
    )


def require_this_version(connection: duckdb.DuckDBPyConnection) -> None:
    """Refuses a warehouse that another version of the project built.

    Raises:
        PublishRefused: It has to be built again.
    """
    if built_by(connection) != project_version():
        raise PublishRefused(
            "The warehouse was built by another version of the project: run `pos refresh` first."
        )


def replace_tables(connection: duckdb.DuckDBPyConnection, **tables: pa.Table) -> None:
    """Replaces tables of the schema planning, all of them or none."""
    connection.execute("create schema if not exists planning")
    connection.execute("begin")
    for name, table in tables.items():
        connection.register("incoming_rows", table)
        connection.execute(f'create or replace table planning."{name}" as from incoming_rows')
        connection.unregister("incoming_rows")
    connection.execute("commit")


def describe_summary(summary: pa.Table) -> dict[str, Any]:
    """What the summary says, for people: sentences, a table by class and a picture of it."""
    told = sentences(summary) or [NOTHING_OLD_ENOUGH]
    rows = summary.to_pylist()
    if not rows:
        return {"does_it_pay": told[0]}
    return {
        "does_it_pay": " ".join(told),
        "by_class": dg.MetadataValue.md("\n\n".join([*told, markdown_table(HEADER, class_rows(rows))])),
        "picture": dg.MetadataValue.md(class_bars(rows)),
    }


def class_rows(rows: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    """The summary with both rules of a class in one line (`HEADER`)."""
    return [
        (
            f"{ours['abc_class']} {ours['currency'] or ''}".strip(),
            f"{ours['items']:,}",
            percent(ours["service_level"]),
            percent(ours["service_reached"]),
            percent(naive["service_reached"]),
            percent(ours["fill_rate"]),
            "" if ours["average_stock_value"] is None else f"{ours['average_stock_value']:,.2f}",
            percent(ours["stock_against_naive"], "+.1%"),
        )
        for ours, naive in zip(rows[::2], rows[1::2], strict=True)
    ]


def percent(share: float | None, form: str = ".1%") -> str:
    """A share for people; empty where it is not known."""
    return "" if share is None else format(share, form)
