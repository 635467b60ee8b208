"""Everything that Dagster runs; a table of contents."""

import dagster as dg

from orchestration.assets.backtest import policy_backtest
from orchestration.assets.models import dbt_models
from orchestration.assets.publication import published_warehouse_asset
from orchestration.assets.raw import raw_tables
from orchestration.assets.recommendations import order_list
from orchestration.assets.settings import settings_tables
from orchestration.checks import CHECKS
from orchestration.jobs import JOBS
from orchestration.resources import RESOURCES
from orchestration.schedules import SCHEDULES

# staging stands below these, and that of a system without rows is not built
readable_models = [key for key in dbt_models.keys if key.path[0] != "staging"]
published_warehouse = published_warehouse_asset(
    deps=[*readable_models, *order_list.keys, policy_backtest.key]
)

defs = dg.Definitions(
    assets=[raw_tables, settings_tables, dbt_models, order_list, policy_backtest, published_warehouse],
    asset_checks=CHECKS,
    jobs=JOBS,
    schedules=SCHEDULES,
    resources=RESOURCES,
    # one process a step would import all of this again each time; dbt and DuckDB use the cores themselves
    executor=dg.in_process_executor,
)
