"""Rows of sales files as revenue. Every expected figure is worked out by hand."""

from decimal import Decimal
from typing import Any

import pytest

from tests.dbt_project.square_rows import amounts, utc
from tests.dbt_project.warehouse import Warehouse

NUMBERS = ("quantity", "unit_price", "gross_sales", "discount", "tax", "tip", "service_charge", "unit_cost")


class Files:
    """The files of one connection."""

    def __init__(self, warehouse: Warehouse, connection_id: str, *, repeats: str = "replace") -> None:
        self.warehouse = warehouse
        self.connection_id = connection_id
        self.repeats = repeats
        self._lines = 0

    def store(self, store_id: str = "main", currency: str = "GBP") -> None:
        self.add(
            "locations",
            id=store_id,
            name="Main",
            timezone="Europe/London",
            currency=currency,
            business_day_cutoff_minutes=0,
            when_order_repeats=self.repeats,
        )

    def file(self, name: str, load_order: int) -> None:
        self.add("files", file_hash=name, file_name=f"{name}.csv", load_order=load_order)

    def row(self, file: str, order_id: str | None, sold: str, *, kind: str = "sale", **values: Any) -> None:
        self._lines += 1
        exact = {name: Decimal(value) if name in NUMBERS else value for name, value in values.items()}
        self.add(
            "sales",
            **{
                "file_hash": file,
                "line_number": self._lines,
                "row_kind": kind,
                "order_id": order_id,
                "location_id": "main",
                "sold_at": utc(sold),
                **exact,
            },
        )

    def add(self, table: str, **values: Any) -> None:
        self.warehouse.insert(f"raw_csv.{table}", [{"connection_id": self.connection_id, **values}])


@pytest.fixture(scope="module")
def sales(warehouse: Warehouse) -> Warehouse:
    """One connection a story."""
    for story in (
        a_wholesaler,
        a_bakery_without_prices,
        files_that_repeat_an_order,
        files_that_hold_parts_of_an_order,
        receipts_numbered_in_each_store,
        payments,
        items_told_in_pieces,
    ):
        story(warehouse)
    assert warehouse.build() == set()
    return warehouse


def days(sales: Warehouse, connection_id: str) -> dict[str, dict[str, Any]]:
    rows = sales.query(
        f"from marts.daily_revenue where connection_id = '{connection_id}' and (orders > 0 or returns > 0)"
    )
    return {str(row["business_date"]): row for row in rows}


def a_wholesaler(warehouse: Warehouse) -> None:
    files = Files(warehouse, "wholesale")
    files.store()
    files.file("f", 1)
    files.row(
        "f",
        "536365",
        "2026-03-02 08:26",
        item_id="85123A",
        quantity="6",
        unit_price="2.55",
        tax="3.06",
        discount="0.30",
        tip="1",
        service_charge="2",
    )
    files.row(
        "f",
        "536365",
        "2026-03-02 08:26",
        item_id="71053",
        quantity="1.5",
        unit_price="3.333",
        gross_sales="5.00",
    )
    files.row(
        "f", "536365", "2026-03-02 08:26", item_id="POST", quantity="1", unit_price="18", line_kind="fee"
    )
    files.row(
        "f",
        "536365",
        "2026-03-02 08:26",
        item_id="GIFT",
        quantity="1",
        unit_price="20",
        line_kind="gift_card",
    )
    files.row(
        "f",
        "C536379",
        "2026-04-01 09:41",
        kind="return",
        item_id="85123A",
        quantity="2",
        unit_price="2.55",
        tax="1.02",
        original_order_id="536365",
    )
    files.row("f", "C536379", "2026-04-01 09:41", kind="return", quantity="1", unit_price="7", tax="0.50")
    files.row("f", "536370", "2026-04-01 10:00", kind="write_off", item_id="71053", quantity="4")


def test_a_line_is_worth_its_stated_gross_or_quantity_times_price(sales: Warehouse) -> None:
    sold = days(sales, "wholesale")["2026-03-02"]
    # 15.30 + 5.00 + 18.00, the gift card apart
    assert list(
        amounts(
            sold,
            "gross_sales",
            "discounts",
            "net_sales",
            "tax",
            "tips",
            "service_charges",
            "gift_cards_sold",
            "total_collected",
        )
    ) == [
        "38.3",
        "0.3",
        "38",
        "3.06",
        "1",
        "2",
        "20",
        "64.06",
    ]
    assert (sold["orders"], *amounts(sold, "units")) == (1, "8.5")


def test_a_return_counts_on_its_own_day_and_a_row_without_an_item_is_unitemised(sales: Warehouse) -> None:
    returned = days(sales, "wholesale")["2026-04-01"]
    assert (
        returned["orders"],
        *amounts(returned, "returns", "refunded_tax", "unitemized_refunds", "total_collected"),
    ) == (0, "5.1", "1.02", "7.5", "-13.62")
    (refund,) = sales.query("from unified.refunds where connection_id = 'wholesale'")
    assert (refund["return_id"], refund["order_id"]) == ("wholesale:C536379", "wholesale:536365")


def test_a_write_off_takes_stock_and_is_no_sale(sales: Warehouse) -> None:
    (moved,) = sales.query("from unified.inventory_movements where connection_id = 'wholesale'")
    assert (moved["kind"], moved["item_id"], *amounts(moved, "quantity")) == (
        "waste",
        "wholesale:71053",
        "-4",
    )


def a_bakery_without_prices(warehouse: Warehouse) -> None:
    files = Files(warehouse, "bakery")
    files.store()
    files.file("f", 1)
    for item in ("Bread", "Coffee", "Coffee"):
        files.row("f", "1", "2026-03-02 09:58", item_name=item, quantity="1")


def test_sales_without_a_price_count_units_and_no_money(sales: Warehouse) -> None:
    sold = days(sales, "bakery")["2026-03-02"]
    assert (sold["orders"], *amounts(sold, "units", "gross_sales", "items_per_order")) == (1, "3", "0", "3")
    rows = sales.query("select item_id from unified.items where connection_id = 'bakery' order by 1")
    assert [row["item_id"] for row in rows] == ["bakery:Bread", "bakery:Coffee"]


def files_that_repeat_an_order(warehouse: Warehouse) -> None:
    files = Files(warehouse, "repeat")
    files.store()
    files.file("newer", 2)
    files.file("older", 1)
    for line in ("A", "B"):
        files.row("older", "1", "2026-03-02 12:00", item_id=line, quantity="1", unit_price="10")
    files.row("older", "2", "2026-03-02 12:00", item_id="A", quantity="1", unit_price="1")
    files.row("newer", "1", "2026-03-02 12:00", item_id="A", quantity="1", unit_price="8")


def test_of_two_files_that_hold_one_order_the_newer_counts_and_the_others_orders_stay(
    sales: Warehouse,
) -> None:
    sold = days(sales, "repeat")["2026-03-02"]
    assert (sold["orders"], *amounts(sold, "gross_sales", "units")) == (2, "9", "2")


def files_that_hold_parts_of_an_order(warehouse: Warehouse) -> None:
    files = Files(warehouse, "parts", repeats="add")
    files.store()
    files.file("first", 1)
    files.file("second", 2)
    files.row("first", "1", "2026-03-02 12:00", item_id="A", quantity="1", unit_price="10")
    files.row("second", "1", "2026-03-02 12:01", item_id="B", quantity="1", unit_price="5")


def test_files_that_hold_parts_of_an_order_are_added(sales: Warehouse) -> None:
    sold = days(sales, "parts")["2026-03-02"]
    assert (sold["orders"], *amounts(sold, "gross_sales")) == (1, "15")


def receipts_numbered_in_each_store(warehouse: Warehouse) -> None:
    files = Files(warehouse, "stores")
    files.store("north")
    files.store("south")
    files.file("f", 1)
    files.row("f", "1", "2026-03-02 12:00", location_id="north", item_id="A", quantity="1", unit_price="10")
    files.row("f", "1", "2026-03-02 12:00", location_id="south", item_id="A", quantity="1", unit_price="5")
    files.row("f", "2", "2026-03-02 12:00", location_id="south", item_id="A", quantity="1", unit_price="1")


def test_one_receipt_number_in_two_stores_is_two_orders(sales: Warehouse) -> None:
    rows = sales.query(
        "select order_id, gross_sales from unified.orders where connection_id = 'stores' order by 1"
    )
    assert [(row["order_id"], *amounts(row, "gross_sales")) for row in rows] == [
        ("stores:2", "1"),
        ("stores:north:1", "10"),
        ("stores:south:1", "5"),
    ]


def payments(warehouse: Warehouse) -> None:
    files = Files(warehouse, "paid")
    files.store()
    files.file("f", 1)
    files.row(
        "f",
        "1",
        "2026-03-02 12:00",
        item_id="A",
        quantity="1",
        unit_price="10",
        tax="2",
        tip="1",
        payment_method="Visa Card",
    )
    files.row("f", "1", "2026-03-02 12:00", item_id="B", quantity="1", unit_price="5")
    files.row(
        "f", "2", "2026-03-02 12:00", item_id="A", quantity="1", unit_price="10", payment_method="Gift card"
    )
    files.row("f", "2", "2026-03-02 12:00", item_id="B", quantity="1", unit_price="5", payment_method="CASH")
    files.row("f", "3", "2026-03-02 12:00", item_id="B", quantity="1", unit_price="5")


def test_an_orders_only_payment_method_paid_for_all_of_it(sales: Warehouse) -> None:
    rows = sales.query("from unified.payments where connection_id = 'paid' order by order_id, method")
    assert [(row["order_id"], row["method"], *amounts(row, "amount", "tip")) for row in rows] == [
        ("paid:1", "card", "17", "1"),
        ("paid:2", "cash", "5", "0"),
        ("paid:2", "gift_card", "10", "0"),
    ]


def items_told_in_pieces(warehouse: Warehouse) -> None:
    files = Files(warehouse, "pieces")
    files.store()
    files.file("f", 1)
    files.row(
        "f",
        "1",
        "2026-03-02 12:00",
        item_id="A",
        item_name="Tea",
        category="Drinks",
        quantity="1",
        unit_price="2",
        unit_cost="0.80",
    )
    files.row(
        "f", "2", "2026-03-03 12:00", item_id="A", item_name="Green tea", quantity="1", unit_price="2.20"
    )


def test_an_item_is_what_the_newest_row_that_tells_it_says_field_by_field(sales: Warehouse) -> None:
    (item,) = sales.query("from unified.items where connection_id = 'pieces'")
    assert (
        item["product_name"],
        item["category"],
        item["cost_currency"],
        *amounts(item, "unit_price", "unit_cost"),
    ) == ("Green tea", "Drinks", "GBP", "2.2", "0.8")
