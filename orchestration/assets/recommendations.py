"""The order list: the last thing that is computed."""

import dagster as dg

from orchestration.assets.failures import told_plainly
from orchestration.assets.models import RECOMMENDATION_INPUTS
from orchestration.audit import Status
from orchestration.metadata import describe_table
from orchestration.progress import Progress
from orchestration.warehouse import Warehouse
from planning.recommendations import recommend


@dg.asset(
    key=["planning", "order_recommendations"],
    deps=[RECOMMENDATION_INPUTS],
    group_name="inventory",
    kinds={"python", "duckdb"},
    metadata={"dagster/table_name": "planning.order_recommendations"},
)
def order_recommendations(
    context: dg.AssetExecutionContext,
    warehouse: dg.ResourceParam[Warehouse],
    progress: dg.ResourceParam[Progress],
) -> dg.MaterializeResult:
    """How much of every item to order on the build's day, how urgent it is and why."""
    with told_plainly():
        warehouse.hold()
        audit = warehouse.audit.require_unbroken(context.run_id)
        try:
            with warehouse.writing() as connection:
                inputs = connection.sql("select * from marts.recommendation_inputs").to_arrow_table()
                order_list = recommend(inputs, audit.as_of_date)
                connection.execute("create schema if not exists planning")
                connection.execute(
                    "create or replace table planning.order_recommendations as from order_list"
                )
                metadata = describe_table(
                    connection, "planning", "order_recommendations", date_column="as_of_date", preview=True
                )
                urgencies = connection.sql(
                    "select urgency, count(*) from planning.order_recommendations group by all order by all"
                ).fetchall()
        except Exception:
            warehouse.audit.finish(Status.FAILED)
            raise
        warehouse.audit.finish(Status.PASSED)
        progress.step(f"order list: {order_list.num_rows} items")
        return dg.MaterializeResult(
            metadata=metadata | {f"urgency_{name}": count for name, count in urgencies}
        )
