"""The order list and what moves between stores: the last things that are computed."""

from collections.abc import Iterator

import dagster as dg
import duckdb

from orchestration.assets.failures import told_plainly
from orchestration.assets.models import RECOMMENDATION_INPUTS
from orchestration.audit import Status
from orchestration.metadata import describe_orders, describe_table
from orchestration.progress import Progress
from orchestration.warehouse import Warehouse
from planning.recommendations import OrderList, recommend

ORDER_RECOMMENDATIONS = dg.AssetKey(["planning", "order_recommendations"])
TRANSFERS = dg.AssetKey(["planning", "transfers"])


@dg.multi_asset(
    name="order_list",
    group_name="inventory",
    specs=[
        dg.AssetSpec(
            ORDER_RECOMMENDATIONS,
            deps=[RECOMMENDATION_INPUTS],
            kinds={"python", "duckdb"},
            metadata={"dagster/table_name": "planning.order_recommendations"},
            description="How much of every item to order on the build's day, how urgent it is and why.",
        ),
        dg.AssetSpec(
            TRANSFERS,
            deps=[RECOMMENDATION_INPUTS],
            kinds={"python", "duckdb"},
            metadata={"dagster/table_name": "planning.transfers"},
            description="What one store has too much of and another lacks; empty unless POS_TRANSFERS is on.",
        ),
    ],
)
def order_list(
    context: dg.AssetExecutionContext,
    warehouse: dg.ResourceParam[Warehouse],
    progress: dg.ResourceParam[Progress],
) -> Iterator[dg.MaterializeResult]:
    """Makes both tables from the inputs of the same build."""
    with told_plainly():
        warehouse.hold()
        audit = warehouse.audit.require_unbroken(context.run_id)
        try:
            with warehouse.writing() as connection:
                inputs = connection.sql("select * from marts.recommendation_inputs").to_arrow_table()
                made = recommend(inputs, audit.as_of_date, with_transfers=warehouse.settings.transfers)
                write(connection, made)
                orders = describe_table(
                    connection, *ORDER_RECOMMENDATIONS.path, date_column="as_of_date", preview=False
                ) | describe_orders(connection)
                transfers = describe_table(
                    connection, *TRANSFERS.path, date_column="as_of_date", preview=True
                )
        except Exception:
            warehouse.audit.finish(Status.FAILED)
            raise
        warehouse.audit.finish(Status.PASSED)
        progress.step(
            f"order list: {made.recommendations.num_rows} items, {made.transfers.num_rows} transfers"
        )
        yield dg.MaterializeResult(asset_key=ORDER_RECOMMENDATIONS, metadata=orders)
        yield dg.MaterializeResult(asset_key=TRANSFERS, metadata=transfers)


def write(connection: duckdb.DuckDBPyConnection, made: OrderList) -> None:
    """Replaces both tables, or neither."""
    connection.execute("create schema if not exists planning")
    connection.execute("begin")
    for key, rows in ((ORDER_RECOMMENDATIONS, made.recommendations), (TRANSFERS, made.transfers)):
        connection.register("made", rows)
        connection.execute(f"create or replace table {'.'.join(key.path)} as from made")
        connection.unregister("made")
    connection.execute("commit")
