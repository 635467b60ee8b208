"""The jobs: what is run together."""

from typing import Any

import dagster as dg

from orchestration.assets.backtest import policy_backtest
from orchestration.assets.models import dbt_models
from orchestration.assets.raw import raw_tables

DURING_THE_DAY = dg.AssetSelection.groups("ingest", "unify", "publish")
# a mart of sales may stand on one of another group; left as the night made it, the two would not add up
SALES = dg.AssetSelection.groups("sales").upstream()

# replaying twelve weeks tells nothing new from one day to the next
ONCE_A_WEEK = dg.AssetSelection.assets(policy_backtest)
EVERY_NIGHT = dg.AssetSelection.all() - ONCE_A_WEEK

nightly_refresh = dg.define_asset_job(
    "nightly_refresh",
    selection=EVERY_NIGHT,
    description="Reads every connection, builds and tests every model, makes the order list and publishes.",
)

intraday_sync = dg.define_asset_job(
    "intraday_sync",
    selection=DURING_THE_DAY | SALES,
    description="Brings sales and revenue up to date and publishes them; the order list stays the night's.",
)


@dg.config_mapping(
    config_schema={
        "connection": dg.Field(str, description="Id of the connection to read again."),
        "start_date": dg.Field(str, description="First day of sale, YYYY-MM-DD."),
        "end_date": dg.Field(str, description="Last day of sale, YYYY-MM-DD."),
        "as_of_date": dg.Field(str, default_value="", description="Day of ordering; empty: today."),
    }
)
def one_connections_days(given: dict[str, Any]) -> dict[str, Any]:
    """The whole run's configuration from the four things that a backfill is about."""
    return {
        "ops": {
            raw_tables.op.name: {
                "config": {
                    "connections": [given["connection"]],
                    "start_date": given["start_date"],
                    "end_date": given["end_date"],
                }
            },
            dbt_models.op.name: {"config": {"as_of_date": given["as_of_date"]}},
        }
    }


backfill = dg.define_asset_job(
    "backfill",
    selection=EVERY_NIGHT,
    config=one_connections_days,
    description="Reads one connection's sales of some days again, then builds and publishes everything.",
)

weekly_policy_review = dg.define_asset_job(
    "weekly_policy_review",
    selection=ONCE_A_WEEK | dg.AssetSelection.assets("published_warehouse"),
    description="Replays the last twelve weeks with the order list and with the naive rule, and publishes.",
)

JOBS = [nightly_refresh, intraday_sync, backfill, weekly_policy_review]
