"""Holds the marts against the ledger's own arithmetic."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from simulator.expected import DAY_MEASURES, ITEM_MEASURES, ExpectedFigures
from simulator.ledger import Ledger, PaymentStatus

ZERO = Decimal(0)
TOLERANCE = Decimal("0.0001")


def assert_marts_equal_the_ledger(
    warehouse: duckdb.DuckDBPyConnection,
    connection_id: str,
    ledger: Ledger,
    expected: ExpectedFigures,
    as_of: date,
) -> None:
    """Compares every figure that both sides know, to the cent; of items, the days before `as_of`."""
    same("daily revenue", days_in(warehouse, connection_id), expected.daily_revenue)
    assert_comparisons(warehouse, connection_id, expected)
    same(
        "item days",
        item_days_in(warehouse, connection_id),
        item_days_expected(warehouse, connection_id, expected, as_of),
    )
    same("orders", orders_in(warehouse, connection_id), orders_expected(expected))
    same("payments", payments_in(warehouse, connection_id), payments_expected(ledger, expected))
    same("stock", stock_in(warehouse, connection_id), stock_expected(ledger, expected))
    differences = warehouse.execute(
        "select * from unified.reconciliation_differences where connection_id = ?", [connection_id]
    ).fetchall()
    assert differences == []


def same(what: str, found: Mapping[Any, Any], expected: Mapping[Any, Any]) -> None:
    """Both hold the same keys with the same values; says the first few that differ, not everything."""
    differing = [key for key in {**found, **expected} if found.get(key) != expected.get(key)]
    told = [f"{key}\n  found    {found.get(key)}\n  expected {expected.get(key)}" for key in differing[:5]]
    assert not differing, f"{what}: {len(differing)} of {len(expected)} differ\n" + "\n".join(told)


def native(key: str) -> str:
    return key.split(":", 1)[1]


def days_in(warehouse: duckdb.DuckDBPyConnection, connection_id: str) -> dict[Any, dict[str, Decimal]]:
    rows = warehouse.execute(
        f"select location_id, currency, business_date, {', '.join(DAY_MEASURES)} from marts.daily_revenue"
        " where connection_id = ?",
        [connection_id],
    ).fetchall()
    return {
        (native(location), currency, day): dict(zip(DAY_MEASURES, map(Decimal, measures), strict=True))
        for location, currency, day, *measures in rows
    }


def assert_comparisons(
    warehouse: duckdb.DuckDBPyConnection, connection_id: str, expected: ExpectedFigures
) -> None:
    names = ("average_order_value", "items_per_order", "net_sales_7_day_mean")
    exact = ("net_sales_previous_day", "net_sales_same_weekday_last_week")
    rows = warehouse.execute(
        f"select location_id, currency, business_date, {', '.join((*names, *exact))} from marts.daily_revenue"
        " where connection_id = ?",
        [connection_id],
    ).fetchall()
    compared = {
        (native(location), currency, day): dict(zip((*names, *exact), found, strict=True))
        for location, currency, day, *found in rows
    }
    wanted = {key: dict(days) for key, days in expected.daily_comparisons.items()}
    for key, days in wanted.items():
        for name in names:
            found, right = compared.get(key, {}).get(name), days[name]
            # means have more places than a table can hold
            if found is not None and right is not None and abs(Decimal(str(found)) - right) <= TOLERANCE:
                days[name] = found
    same("comparisons", compared, wanted)


def item_keys(warehouse: duckdb.DuckDBPyConnection, connection_id: str) -> dict[str, str]:
    rows = warehouse.execute(
        "select native_id, item_key from unified.items where connection_id = ?", [connection_id]
    ).fetchall()
    return dict(rows)


def item_days_in(warehouse: duckdb.DuckDBPyConnection, connection_id: str) -> dict[Any, dict[str, Decimal]]:
    """Days on which something moved; the mart's days without sales are not in the ledger's sums."""
    rows = warehouse.execute(
        f"select location_key, item_key, business_date, {', '.join(ITEM_MEASURES)}"
        " from marts.item_daily_sales where location_key like ? || ':%'",
        [connection_id],
    ).fetchall()
    days = {
        (native(location), item, day): dict(zip(ITEM_MEASURES, map(Decimal, measures), strict=True))
        for location, item, day, *measures in rows
    }
    return {key: measures for key, measures in days.items() if any(measures.values())}


def item_days_expected(
    warehouse: duckdb.DuckDBPyConnection, connection_id: str, expected: ExpectedFigures, as_of: date
) -> dict[Any, dict[str, Decimal]]:
    keys = item_keys(warehouse, connection_id)
    sums: dict[tuple[str, str, date], dict[str, Decimal]] = defaultdict(
        lambda: dict.fromkeys(ITEM_MEASURES, ZERO)
    )
    for (store, item, day), measures in expected.item_daily_sales.items():
        if day >= as_of:
            continue
        for name, value in measures.items():
            sums[store, keys[item], day][name] += value
    return {key: measures for key, measures in sums.items() if any(measures.values())}


def orders_in(warehouse: duckdb.DuckDBPyConnection, connection_id: str) -> dict[str, Any]:
    rows = warehouse.execute(
        "select native_id, business_date, gross_sales, discounts, net_sales_before_returns, tax, tips,"
        " service_charges, gift_cards_sold, rounding, total, unpaid_balance"
        " from unified.orders where connection_id = ? and counts_as_sale",
        [connection_id],
    ).fetchall()
    return {order: tuple(values) for order, *values in rows}


def orders_expected(expected: ExpectedFigures) -> dict[str, Any]:
    names = (
        "gross_sales",
        "discounts",
        "net_sales_before_returns",
        "tax",
        "tips",
        "service_charges",
        "gift_cards_sold",
        "rounding",
        "total",
        "unpaid_balance",
    )
    return {
        order: (expected.business_dates[order], *(expected.orders[order][name] for name in names))
        for order in expected.counted_orders
    }


def payments_in(warehouse: duckdb.DuckDBPyConnection, connection_id: str) -> dict[str, Any]:
    rows = warehouse.execute(
        "select p.native_id, p.amount, p.tip"
        " from unified.payments as p join unified.orders as o using (order_id)"
        " where p.connection_id = ? and o.counts_as_sale and p.status = 'completed'",
        [connection_id],
    ).fetchall()
    return {payment: (amount, tip) for payment, amount, tip in rows}


def payments_expected(ledger: Ledger, expected: ExpectedFigures) -> dict[str, Any]:
    of_counted = {
        payment.id
        for sale in ledger.sales
        if sale.id in expected.counted_orders
        for payment in sale.payments
        if payment.status == PaymentStatus.COMPLETED
    }
    return {
        payment: (expected.payments[payment]["amount"], expected.payments[payment]["tip"])
        for payment in of_counted & expected.paid
    }


def stock_in(warehouse: duckdb.DuckDBPyConnection, connection_id: str) -> dict[Any, Decimal]:
    rows = warehouse.execute(
        "select location_id, item_id, on_hand from unified.inventory_levels where connection_id = $id and"
        " observed_at = (select max(observed_at) from unified.inventory_levels where connection_id = $id)",
        {"id": connection_id},
    ).fetchall()
    return {(native(location), native(item)): on_hand for location, item, on_hand in rows}


def stock_expected(ledger: Ledger, expected: ExpectedFigures) -> dict[Any, Decimal]:
    tracked = {item.id for item in ledger.items if item.tracks_inventory}
    return {key: quantity for key, quantity in expected.stock.items() if key[1] in tracked}
