"""What is hard about Clover: lists cut off, lists that hide half, units as rows, orders that vanish."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import pytest

from connectors.clover.endpoints import ENDPOINTS
from simulator.clover.told import told
from simulator.ledger import AppliedDiscount, Discount, Ledger, Line, LineKind, Sale
from tests.connectors.clover.till import TILL, still_told
from tests.connectors.contract.account import Account, read, with_sales
from tests.connectors.contract.landing import Warehouse

OpenAccount = Callable[[Ledger], Account]
TEN_OFF = Discount("TENNER", "Regulars", None, whole_order=True)


def a_long_sale(ledger: Ledger, units: int) -> Ledger:
    """One sale of a number of units of one item at 2.50, with 10.00 off the order."""
    (sale,) = with_sales(ledger, 1).sales
    item = next(item for item in ledger.items if not item.is_weighed and not item.is_gift_card)
    line = Line(
        id="l1",
        kind=LineKind.ITEM,
        item_id=item.id,
        name=item.product_name,
        quantity=Decimal(units),
        unit_price=250,
        gross=250 * units,
        discounts=(AppliedDiscount(TEN_OFF.id, 1000),),
    )
    long: Sale = replace(sale, lines=(line,), discounts=(TEN_OFF,), service_charges=())
    return replace(ledger, sales=(long,), returns=(), refunds=(), movements=())


def queries(account: Account, path: str) -> list[dict[str, list[str]]]:
    return [parse_qs(seen.query) for seen in account.requests if seen.path.endswith(path)]


@pytest.mark.parametrize("units", [99, 100, 101, 120, 1100])
def test_an_order_keeps_all_its_lines_though_clover_cuts_lists_off_after_a_hundred(
    ledger: Ledger, open_account: OpenAccount, units: int
) -> None:
    account = open_account(a_long_sale(ledger, units))
    reading = read(account)
    (order,) = reading.tables["orders"]
    lines = {row["id"]: row for row in reading.tables["order_lines"]}
    assert len(lines) == units
    assert {row["order_modified_ms"] for row in lines.values()} == {order["modified_ms"]}
    assert bool(queries(account, "/line_items")) == (units >= 100)


def test_the_discount_of_an_order_is_read_though_the_list_with_lines_does_not_hold_it(
    ledger: Ledger, open_account: OpenAccount
) -> None:
    account = open_account(a_long_sale(ledger, 4))
    reading = read(account)
    assert reading.tables.get("line_discounts", []) == []
    assert [(row["amount"], row["percentage"]) for row in reading.tables["order_discounts"]] == [
        (-1000, None)
    ]
    expanded = [query["expand"][0] for query in queries(account, "/orders") if "expand" in query]
    assert {"lineItems.discounts,lineItems.modifications,lineItems.taxRates", "discounts"} <= set(expanded)


def test_no_question_expands_more_than_three_fields(ledger: Ledger, open_account: OpenAccount) -> None:
    account = open_account(ledger)
    read(account)
    expanded = [parse_qs(seen.query).get("expand", [""])[0].split(",") for seen in account.requests]
    assert max(map(len, expanded)) == 3
    assert {seen.status for seen in account.requests} == {200}


def test_a_unit_is_a_row(ledger: Ledger, open_account: OpenAccount) -> None:
    reading = read(open_account(ledger))
    rows = {(row["order_id"], row["id"]): row for row in reading.tables["order_lines"]}.values()
    units = Counter(row["item_id"] for row in rows if not row["is_order_fee"])
    assert {row["unit_qty"] for row in rows} == {None}
    sold: Counter[str | None] = Counter()
    for sale in ledger.sales_at(ledger.ends_at):
        for line in sale.lines:
            sold[line.item_id] += int(line.quantity)
    assert units == sold
    assert max(line.quantity for sale in ledger.sales for line in sale.lines) > 1


def test_a_weight_is_one_row_in_thousandths(ledger: Ledger, open_account: OpenAccount) -> None:
    plain = a_long_sale(ledger, 1)
    (line,) = plain.sales[0].lines
    weighed = replace(line, quantity=Decimal("1.250"), gross=313, discounts=())
    items = tuple(replace(item, is_weighed=item.id == line.item_id) for item in ledger.items)
    sales = (replace(plain.sales[0], lines=(weighed,), discounts=()),)
    reading = read(open_account(replace(plain, items=items, sales=sales)))
    (row,) = reading.tables["order_lines"]
    assert (row["price"], row["unit_qty"]) == (250, 1250)
    (order,) = reading.tables["orders"]
    assert order["total"] == 313


def test_times_are_milliseconds_since_1970(ledger: Ledger, open_account: OpenAccount) -> None:
    (sale,) = with_sales(ledger, 1).sales
    opened = datetime.fromisoformat("2026-11-01T12:26:40.123+00:00")
    moved = replace(sale, opened_at=opened, closed_at=opened, updated_at=opened, visible_at=opened)
    (row,) = read(open_account(replace(ledger, sales=(moved,), returns=(), refunds=()))).tables["orders"]
    assert [row["client_created_ms"], row["modified_ms"]] == [1_793_536_000_123] * 2


def test_the_history_is_read_in_spans_of_which_clover_tells_everything(
    ledger: Ledger, open_account: OpenAccount, tmp_path: Any
) -> None:
    days_ago = [200, 170, 95, 89, 1]
    sales = tuple(
        moved(sale, ledger.ends_at - timedelta(days=days))
        for sale, days in zip(with_sales(ledger, 5).sales, days_ago, strict=True)
    )
    account = open_account(replace(ledger, sales=sales, returns=(), refunds=(), movements=()))
    warehouse = Warehouse(TILL, tmp_path)
    warehouse.land(account)
    tables = warehouse.tables()
    assert {row["id"] for row in tables["orders"]} == {sale.id for sale in sales}
    assert {row["order_id"] for row in tables["payments"]} == {sale.id for sale in sales if sale.payments}
    bounds = [
        [int(text.lstrip("abcdefghijklmnopqrstuvwxyzT>=<")) for text in query["filter"]]
        for query in queries(account, "/orders")
    ]
    assert max(end - start for start, end in bounds) <= timedelta(days=90) / timedelta(milliseconds=1)


def moved(sale: Sale, to: datetime) -> Sale:
    by = to - sale.opened_at
    return replace(
        sale,
        opened_at=to,
        closed_at=sale.closed_at + by if sale.closed_at else None,
        updated_at=sale.updated_at + by,
        visible_at=sale.visible_at + by,
        payments=tuple(replace(payment, paid_at=payment.paid_at + by) for payment in sale.payments),
    )


def test_an_order_that_is_deleted_after_it_was_loaded_is_missed_even_the_last_of_all(
    ledger: Ledger, open_account: OpenAccount, tmp_path: Any
) -> None:
    account = open_account(with_sales(ledger, 1))
    warehouse = Warehouse(TILL, tmp_path)
    warehouse.land(account)
    (only,) = account.told
    account.now += timedelta(hours=1)
    account.simulated.delete_order(only)
    warehouse.land(account)
    assert still_told(warehouse.tables()) == set()


def test_an_order_that_is_deleted_between_two_pages_hides_no_other(
    ledger: Ledger, open_account: OpenAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.clover.endpoints.ORDERS_PER_PAGE", 7)
    account = open_account(ledger)
    by_change = sorted(account.told, key=lambda order: account.told[order])
    account.faults.between_pages(lambda: account.simulated.delete_order(by_change[0]), TILL.sales, after=1)
    assert set(by_change[1:]) <= set(read(account).orders)


def test_of_the_merchants_properties_only_named_fields_are_kept(
    ledger: Ledger, open_account: OpenAccount
) -> None:
    account = open_account(ledger)
    account.simulated.summary_hour = 4
    (row,) = read(account).tables["properties"]
    assert row["summary_hour"] == 4
    assert "abaAccountNumber" in account.simulated.properties(None)
    assert {name for name, value in row.items() if value is not None} == {
        *("connection_id", "merchant_id", "loaded_at"),
        *("currency", "timezone", "summary_hour", "is_vat"),
    }


def test_without_the_permission_for_customers_only_they_are_missing(
    ledger: Ledger, open_account: OpenAccount
) -> None:
    account = open_account(ledger)
    account.simulated.scopes = tuple(scope for scope in account.simulated.scopes if scope != "CUSTOMERS_R")
    reading = read(account)
    assert set(reading.skipped) == {"order_customers"}
    assert "CUSTOMERS_R" in reading.skipped["order_customers"]
    assert reading.orders == account.told


def test_every_permission_that_is_asked_for_is_one_of_clovers() -> None:
    assert {endpoint.scope for endpoint in ENDPOINTS} == {
        *("MERCHANT_R", "ORDERS_R", "PAYMENTS_R", "INVENTORY_R", "CUSTOMERS_R")
    }


def test_the_ledger_of_these_tests_is_one_that_clover_can_tell(ledger: Ledger) -> None:
    assert told(ledger) == ledger
    assert any(sale.discounts for sale in ledger.sales)
