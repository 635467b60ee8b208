"""Checks that a person wants to see: sums that do not meet, rejected rows, quiet tills, an empty order list.

Most of them warn. Only an order list that lost rows keeps the warehouse from being published; what makes a
figure wrong is a dbt test and stops the build itself.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg

from connectors.core.connector import Connector
from connectors.core.tables import REJECTED_ROWS
from connectors.registry import CONNECTORS
from orchestration.assets.failures import told_plainly
from orchestration.assets.models import RECOMMENDATION_INPUTS
from orchestration.assets.raw import raw_key
from orchestration.assets.recommendations import ORDER_RECOMMENDATIONS
from orchestration.metadata import markdown_table
from orchestration.settings_keys import unknown_keys
from orchestration.warehouse import Warehouse

QUIET_SHARE = 0.3
"""A day that sold less than this share of the week's mean is worth a look."""

STALE_AFTER_HOURS = 26
TOLD_AT_ONCE = 3
"""Sentences that a check's description holds; all of them stand in its metadata."""

SETTINGS_IN_FORCE = dg.AssetKey(["marts", "replenishment_settings"])


def warn_when_rows(
    warehouse: Warehouse, query: str, header: Sequence[str], sentence: str, **parameters: Any
) -> dg.AssetCheckResult:
    """Passes when a query finds nothing; warns with what it finds.

    Args:
        warehouse: The working file.
        query: Finds what is worth a look.
        header: Names of its columns, for people.
        sentence: What the rows are.
        **parameters: The query's named parameters.
    """
    with told_plainly(), warehouse.writing() as connection:
        rows = connection.execute(query, parameters).fetchall()
    return dg.AssetCheckResult(
        passed=not rows,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{sentence}: {len(rows)}" if rows else f"{sentence}: none",
        metadata={"found": dg.MetadataValue.md(markdown_table(header, rows))} if rows else {},
    )


@dg.asset_check(asset=["unified", "reconciliation_differences"], name="differences_are_told")
def differences_are_told(warehouse: dg.ResourceParam[Warehouse]) -> dg.AssetCheckResult:
    """Lines add up to their order, and payments to its total; if not: how many do not, and by how much."""
    return warn_when_rows(
        warehouse,
        """
        select connection_id, rule, currency, count(*), sum(abs(difference))
        from unified.reconciliation_differences group by all order by all
        """,
        ["connection", "rule", "currency", "orders", "difference"],
        "Groups of orders whose sums do not meet",
    )


@dg.asset_check(asset=["marts", "vendor_reconciliation"], name="vendors_tell_the_same")
def vendors_tell_the_same(warehouse: dg.ResourceParam[Warehouse]) -> dg.AssetCheckResult:
    """Where a vendor reports its own sales, its days are ours; if not: how many are not, and by how much."""
    return warn_when_rows(
        warehouse,
        """
        select connection_id, currency, count(*), min(business_date), max(business_date),
               sum(abs(gross_sales_difference)), sum(abs(discounts_difference)), sum(abs(returns_difference)),
               sum(abs(net_sales_difference)), sum(abs(tax_difference)), sum(abs(tips_difference))
        from marts.vendor_reconciliation where differs group by all order by all
        """,
        [
            *("connection", "currency", "days", "first", "last"),
            *("gross sales", "discounts", "returns", "net sales", "tax", "tips"),
        ],
        "Connections whose vendor reports other sales",
    )


@dg.asset_check(asset=["marts", "daily_revenue"], name="no_quiet_till")
def no_quiet_till(warehouse: dg.ResourceParam[Warehouse]) -> dg.AssetCheckResult:
    """No location's last whole day sold far less than the week before it."""
    audit = warehouse.audit.read()
    return warn_when_rows(
        warehouse,
        """
        select location_id, business_date, orders, net_sales, net_sales_7_day_mean
        from marts.daily_revenue
        where business_date = $day and net_sales < $share * net_sales_7_day_mean order by all
        """,
        ["location", "day", "orders", "net sales", "mean of 7 days"],
        "Locations with a quiet last day",
        day=audit and audit.as_of_date - timedelta(days=1),
        share=QUIET_SHARE,
    )


@dg.asset_check(asset=["marts", "data_freshness"], name="connections_are_fresh")
def connections_are_fresh(warehouse: dg.ResourceParam[Warehouse]) -> dg.AssetCheckResult:
    """Every connection was loaded within the last day."""
    return warn_when_rows(
        warehouse,
        """
        select connection_id, max(last_loaded_at) as loaded_at
        from marts.data_freshness group by all having loaded_at < $stale order by all
        """,
        ["connection", "last loaded"],
        f"Connections that were not loaded for {STALE_AFTER_HOURS} hours",
        stale=datetime.now(UTC) - timedelta(hours=STALE_AFTER_HOURS),
    )


@dg.asset_check(
    asset=ORDER_RECOMMENDATIONS,
    name="every_item_is_listed",
    additional_deps=[RECOMMENDATION_INPUTS],
    blocking=True,
)
def every_item_is_listed(warehouse: dg.ResourceParam[Warehouse]) -> dg.AssetCheckResult:
    """The order list has one row for every item that can be ordered, also those with nothing to order."""
    with told_plainly(), warehouse.writing() as connection:
        wanted, listed = connection.execute(
            """
            select (select count(*) from marts.recommendation_inputs),
                   (select count(*) from planning.order_recommendations)
            """
        ).fetchone() or (0, 0)
    return dg.AssetCheckResult(
        passed=wanted == listed,
        metadata={"items": wanted, "rows": listed},
        severity=dg.AssetCheckSeverity.ERROR,
    )


@dg.asset_check(asset=ORDER_RECOMMENDATIONS, name="order_list_is_not_empty")
def order_list_is_not_empty(warehouse: dg.ResourceParam[Warehouse]) -> dg.AssetCheckResult:
    """There is something on the order list; only a business without sales has an empty one."""
    with told_plainly(), warehouse.writing() as connection:
        (rows,) = connection.execute("select count(*) from planning.order_recommendations").fetchone() or (0,)
    return dg.AssetCheckResult(passed=rows > 0, metadata={"rows": rows}, severity=dg.AssetCheckSeverity.WARN)


@dg.asset_check(asset=SETTINGS_IN_FORCE, name="settings_name_what_is_there")
def settings_name_what_is_there(warehouse: dg.ResourceParam[Warehouse]) -> dg.AssetCheckResult:
    """Every item, supplier, category and store that replenishment.csv names is known; if not: which line."""
    with told_plainly(), warehouse.writing() as connection:
        replenishment = connection.sql("from raw_settings.replenishment").to_arrow_table()
        unknown = unknown_keys(connection, replenishment, warehouse.settings.settings_dir)
    more = [f"and {len(unknown) - TOLD_AT_ONCE} more"] if len(unknown) > TOLD_AT_ONCE else []
    return dg.AssetCheckResult(
        passed=not unknown,
        severity=dg.AssetCheckSeverity.WARN,
        description=" ".join([*unknown[:TOLD_AT_ONCE], *more]) or "Everything that is named is known.",
        metadata={"found": dg.MetadataValue.md("\n".join(f"- {each}" for each in unknown))}
        if unknown
        else {},
    )


@dg.asset_check(asset=SETTINGS_IN_FORCE, name="settings_do_not_contradict")
def settings_do_not_contradict(warehouse: dg.ResourceParam[Warehouse]) -> dg.AssetCheckResult:
    """Settings fit together, and a newsvendor has its price and cost; if not: how many items."""
    return warn_when_rows(
        warehouse,
        """
        select settings_codes, count(*), min(item_key), min_by(settings_source, item_key)
        from marts.replenishment_settings where settings_codes <> '' group by all order by all
        """,
        ["what", "items", "one of them", "where its settings come from"],
        "Kinds of trouble with the settings in force",
    )


def no_rejected_rows(connector: Connector) -> dg.AssetChecksDefinition:
    """The check that a connector's records could all be read."""

    @dg.asset_check(asset=raw_key(connector.pos, REJECTED_ROWS), name="no_rejected_rows")
    def check(warehouse: dg.ResourceParam[Warehouse]) -> dg.AssetCheckResult:
        """Every record could be read; if not: why, and how many."""
        return warn_when_rows(
            warehouse,
            f"""
            select connection_id, source, reason, count(*)
            from raw_{connector.pos}.{REJECTED_ROWS.name} group by all order by all
            """,  # noqa: S608
            ["connection", "source", "reason", "rows"],
            "Reasons for which rows were rejected",
        )

    return check


CHECKS: list[Any] = [
    differences_are_told,
    vendors_tell_the_same,
    no_quiet_till,
    connections_are_fresh,
    every_item_is_listed,
    order_list_is_not_empty,
    settings_name_what_is_there,
    settings_do_not_contradict,
    *(no_rejected_rows(connector) for connector in CONNECTORS.values()),
]
