"""The published file: what people, BI tools and the API open."""

from collections.abc import Sequence
from datetime import timedelta

import dagster as dg

from orchestration.assets.failures import told_plainly
from orchestration.progress import Progress
from orchestration.publisher import Publisher
from orchestration.warehouse import Warehouse

FRESH_FOR = timedelta(hours=26)


def published_warehouse_asset(deps: Sequence[dg.AssetKey]) -> dg.AssetsDefinition:
    """The asset that publishes.

    Args:
        deps: Everything that has to be there before.
    """

    @dg.asset(
        deps=deps,
        group_name="publish",
        kinds={"duckdb"},
        freshness_policy=dg.FreshnessPolicy.time_window(fail_window=FRESH_FOR),
    )
    def published_warehouse(
        warehouse: dg.ResourceParam[Warehouse], progress: dg.ResourceParam[Progress]
    ) -> dg.MaterializeResult:
        """A copy of the audited working file; the link people open points to it."""
        with told_plainly():
            warehouse.hold()
            try:
                version = Publisher(warehouse.settings).publish(warehouse.audit)
            finally:
                warehouse.let_go()
            progress.step(f"published {version.name}")
            return dg.MaterializeResult(
                metadata={
                    "version": version.name,
                    "path": dg.MetadataValue.path(str(warehouse.settings.published_file)),
                    "megabytes": round(version.size / 1e6, 1),
                }
            )

    return published_warehouse
