"""Toast's orders, refunds and scarce stock in the unified layer's words; figures worked out by hand."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dbt_project.warehouse import Warehouse

CONNECTION = "grill"
CHANGED = datetime.fromisoformat("2026-11-02T12:00:00+00:00")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


class Restaurant:
    """One restaurant in New York, filled order by order. Money is in dollars."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self.add(
            "restaurants",
            guid="R",
            name="Grill",
            timezone="America/New_York",
            closeout_hour=4,
            currency="USD",
        )

    def add(self, table: str, **values: Any) -> None:
        self._warehouse.insert(f"raw_toast.{table}", [{"connection_id": CONNECTION, **values}])

    def child(self, table: str, order: str, **values: Any) -> None:
        self.add(
            table, **{"order_guid": order, "order_modified_at": CHANGED, "check_guid": f"{order}-C", **values}
        )

    def order(self, guid: str, day: int = 20261101, **values: Any) -> None:
        closed = {"opened_at": utc("2026-11-01 18:00"), "closed_at": utc("2026-11-01 19:00")}
        row = {"guid": guid, "restaurant_guid": "R", "business_date": day, "modified_at": CHANGED}
        self.add("orders", **{**row, **closed, "approval_status": "APPROVED", **values})

    def check(self, order: str, guid: str | None = None, **values: Any) -> None:
        row = {"guid": guid or f"{order}-C", "payment_status": "CLOSED", "tax_amount": 0}
        self.add("checks", **{"order_guid": order, "order_modified_at": CHANGED, **row, **values})

    def plain(self, guid: str, price: str = "10.00", **values: Any) -> None:
        """An order of one burger, not yet paid."""
        self.order(guid, **values)
        self.check(guid, amount=price, total_amount=price)
        self.child(
            "selections", guid, guid=f"{guid}-s", item_guid="burger", price=price, pre_discount_price=price
        )


@pytest.fixture(scope="module")
def sales(warehouse: Warehouse) -> Warehouse:
    restaurant = Restaurant(warehouse)
    for story in (
        a_dinner,
        orders_that_are_no_sales,
        what_is_no_sale_on_a_check,
        refunds,
        an_edit,
        scarce_stock,
    ):
        story(restaurant)
    models = ("path:models/staging/toast", "path:models/changes/new_state.sql")
    warehouse.run("build", "--exclude-resource-type", "unit_test", "--select", *models)
    return warehouse


def staged(sales: Warehouse, model: str, where: str = "true") -> list[dict[str, Any]]:
    return sales.query(f"from staging.stg_toast__{model} where {where}")


def order(sales: Warehouse, guid: str) -> dict[str, Any]:
    (row,) = staged(sales, "orders", f"native_id = '{guid}'")
    return row


def a_dinner(restaurant: Restaurant) -> None:
    # 20.00, 5.00 of extras, 2.50 off the check; 9 % tax on 22.50; 18 % gratuity; a charge of 1.00; tip 3.00
    restaurant.order("dinner", day=20261031)
    restaurant.check("dinner", amount="23.50", tax_amount="2.03", total_amount="29.58")
    restaurant.child(
        "selections", "dinner", guid="s1", item_guid="burger", quantity=2, receipt_line_price="10.00",
        pre_discount_price="25.00", price="22.50", tax="2.03",
    )  # fmt: skip
    for level, guid in (("modifiers", "m1"), ("modifiers_of_modifiers", "m2")):
        values = {"selection_guid": "s1", "item_guid": "cheese", "pre_discount_price": "5.00"}
        restaurant.add(level, order_guid="dinner", order_modified_at=CHANGED, guid=guid, **values)
    restaurant.add("modifier_options", restaurant_guid="R", guid="cheese", name="Cheese")
    restaurant.child("check_discounts", "dinner", guid="d1", non_tax_discount_amount="2.50")
    restaurant.child("service_charges", "dinner", guid="g", gratuity=True, charge_amount="4.05")
    restaurant.child("service_charges", "dinner", guid="k", gratuity=False, charge_amount="1.00")
    restaurant.child(
        "payments", "dinner", guid="p1", type="CREDIT", status="CAPTURED", amount="29.58", tip_amount="3.00"
    )


def test_a_modifiers_price_and_a_checks_discount_are_counted_once(sales: Warehouse) -> None:
    (line,) = staged(sales, "order_lines", f"order_id = '{CONNECTION}:dinner'")
    figures = (line["quantity"], line["unit_price"], line["gross_sales"], line["discounts"], line["tax"])
    assert figures == (2, 10, 25, Decimal("2.50"), Decimal("2.03"))
    modifiers = staged(sales, "order_line_modifiers", f"order_line_id = '{line['order_line_id']}'")
    assert [modifier["name"] for modifier in modifiers] == ["Cheese", "Cheese"]


def test_an_orders_amounts_are_those_of_its_check_on_toasts_own_business_date(sales: Warehouse) -> None:
    dinner = order(sales, "dinner")
    assert dinner["business_date"] == date(2026, 10, 31)
    assert (dinner["tax"], dinner["tips"], dinner["service_charges"]) == (
        Decimal("2.03"), Decimal("3.00"), Decimal("5.05"),
    )  # fmt: skip
    assert dinner["stated_total"] == dinner["stated_paid"] == Decimal("32.58")
    assert dinner["unpaid_balance"] == 0


def orders_that_are_no_sales(restaurant: Restaurant) -> None:
    restaurant.plain("test_mode", created_in_test_mode=True)
    restaurant.plain("waste", excess_food=True)
    restaurant.plain("voided", voided=True, void_business_date=20261104)
    restaurant.plain("deleted", deleted=True)
    restaurant.plain("tomorrow", approval_status="FUTURE")
    restaurant.plain("refused", approval_status="NOT_APPROVED")
    restaurant.plain("open", closed_at=None)
    restaurant.order("merged")
    restaurant.check("merged", deleted=True, amount="10.00", total_amount="10.00")


def test_row_9_only_live_orders_are_sales_and_open_ones_are(sales: Warehouse) -> None:
    states = {row["native_id"]: (row["state"], row["is_sale"]) for row in staged(sales, "orders")}
    assert states["open"] == ("open", True)
    assert states["dinner"] == ("closed", True)
    for guid, state in (
        ("test_mode", "closed"), ("waste", "closed"), ("voided", "voided"), ("deleted", "deleted"),
        ("tomorrow", "future"), ("refused", "not_approved"), ("merged", "closed"),
    ):  # fmt: skip
        assert states[guid] == (state, False), guid


def what_is_no_sale_on_a_check(restaurant: Restaurant) -> None:
    restaurant.plain("mixed")
    for guid, kind, deferred in (
        ("card", "TOAST_CARD_SELL", True),
        ("balance", "HOUSE_ACCOUNT_PAY_BALANCE", False),
    ):
        restaurant.child(
            "selections", "mixed", guid=guid, selection_type=kind, deferred=deferred, price="5.00"
        )
    restaurant.child("selections", "mixed", guid="typed", selection_type="OPEN_ITEM", price="1.00")
    restaurant.child("selections", "mixed", guid="struck", item_guid="burger", voided=True, price="10.00")
    # gratuity may stand outside a check's total
    restaurant.order("charity")
    restaurant.check("charity", amount="12.00", total_amount="12.00", tax_amount=0)
    restaurant.child("selections", "charity", guid="cs", item_guid="burger", price="10.00")
    for guid, category, gratuity, amount in (
        ("gift", "FUNDRAISING_CAMPAIGN", False, "2.00"), ("round", "CASH_ROUNDING", False, "0.02"),
        ("grat", "SERVICE_CHARGE", True, "1.50"),
    ):  # fmt: skip
        restaurant.child(
            "service_charges",
            "charity",
            guid=guid,
            category=category,
            gratuity=gratuity,
            charge_amount=amount,
        )


def test_what_is_taken_in_advance_or_owed_is_no_item_and_what_was_struck_out_counts_nowhere(
    sales: Warehouse,
) -> None:
    lines = staged(sales, "order_lines", f"order_id = '{CONNECTION}:mixed'")
    kinds = {row["native_id"].split(":")[1]: (row["line_kind"], row["is_voided"]) for row in lines}
    assert kinds == {
        "mixed-s": ("item", False), "card": ("gift_card", False), "balance": ("gift_card", False),
        "typed": ("custom", False), "struck": ("item", True),
    }  # fmt: skip


def test_a_donation_is_no_figure_of_the_restaurants_and_gratuity_and_rounding_are_told_apart(
    sales: Warehouse,
) -> None:
    charity = order(sales, "charity")
    assert (charity["service_charges"], charity["rounding"]) == (Decimal("1.50"), Decimal("0.02"))
    assert charity["stated_total"] == Decimal("11.50")  # 12.00 and 1.50, without 2.00


def refunds(restaurant: Restaurant) -> None:
    restaurant.order("returned")
    restaurant.check("returned", amount="30.00", total_amount="30.00")
    back = {"refund_transaction_guid": "T1"}
    restaurant.child(
        "selections", "returned", guid="whole", item_guid="burger", quantity=2, pre_discount_price="20.00",
        price="18.00", refund_amount="18.00", refund_tax_amount="1.62", **back,
    )  # fmt: skip
    restaurant.child(
        "selections", "returned", guid="part", item_guid="wings", quantity=3, pre_discount_price="12.00",
        price="12.00", refund_amount="4.00", refund_tax_amount="0.36", **back,
    )  # fmt: skip
    restaurant.child(
        "payments", "returned", guid="p2", type="CASH", amount="33.00", refund_status="PARTIAL",
        refund_amount="25.00", refund_tip_amount="1.00", refunded_at=utc("2026-12-05 03:30"),
        refund_business_date=20261204, **back,
    )  # fmt: skip
    # an earlier transaction of a payment, whose date the payment no longer tells
    restaurant.order("twice")
    restaurant.check("twice", amount="20.00", total_amount="20.00")
    restaurant.child(
        "selections", "twice", guid="early", item_guid="burger", price="8.00", pre_discount_price="8.00",
        refund_amount="8.00", refund_transaction_guid="T2",
    )  # fmt: skip
    restaurant.child(
        "payments", "twice", guid="p3", type="CASH", amount="20.00", refund_amount="13.00",
        refunded_at=utc("2026-11-09 20:00"), refund_business_date=20261109, refund_transaction_guid="T3",
    )  # fmt: skip


def test_row_9_a_refund_stands_on_its_own_business_date_with_goods_tax_tip_and_the_rest(
    sales: Warehouse,
) -> None:
    (refund,) = staged(sales, "refunds", f"order_id = '{CONNECTION}:returned'")
    assert refund["business_date"] == date(2026, 12, 4)
    parts = (refund["goods"], refund["tax"], refund["tips"], refund["unitemized_amount"])
    assert parts == (Decimal(22), Decimal("1.98"), Decimal(1), Decimal("1.02"))


def test_a_part_of_a_selection_comes_back_as_its_share_of_the_quantity(sales: Warehouse) -> None:
    lines = staged(sales, "return_lines", f"order_id = '{CONNECTION}:returned'")
    found = {
        row["order_line_id"].rpartition(":")[2]: (row["quantity"], row["gross_amount"], row["discounts"])
        for row in lines
    }
    assert found == {"whole": (2, 20, 2), "part": (1, 4, 0)}
    assert {row["business_date"] for row in lines} == {date(2026, 12, 4)}


def test_a_transaction_that_no_payment_names_any_more_is_neither_lost_nor_counted_twice(
    sales: Warehouse,
) -> None:
    found = {row["native_id"]: row for row in staged(sales, "refunds", f"order_id = '{CONNECTION}:twice'")}
    assert {native: (row["goods"], row["unitemized_amount"]) for native, row in found.items()} == {
        "twice:T2": (8, 0),
        "twice:T3": (0, 5),
    }
    assert {row["business_date"] for row in found.values()} == {date(2026, 11, 9)}


def an_edit(restaurant: Restaurant) -> None:
    restaurant.plain("edited")
    older = utc("2026-11-01 20:00")
    restaurant.child(
        "selections", "edited", guid="gone", item_guid="wings", price="9.00", order_modified_at=older
    )
    restaurant.child(
        "payments", "edited", guid="gone_too", type="CASH", amount="9.00", order_modified_at=older
    )


def test_what_an_edit_took_away_does_not_count(sales: Warehouse) -> None:
    lines = staged(sales, "order_lines", f"order_id = '{CONNECTION}:edited'")
    assert [row["native_id"] for row in lines] == ["edited:edited-s"]
    assert staged(sales, "payments", f"order_id = '{CONNECTION}:edited'") == []


def scarce_stock(restaurant: Restaurant) -> None:
    for day, listed in (
        ("2026-11-01", {"soup": 4, "pie": None}),
        ("2026-11-02", {"pie": None}),
        ("2026-11-03", {}),
    ):
        observed = {"restaurant_guid": "R", "observed_on": day, "observed_at": utc(f"{day} 12:00")}
        restaurant.add("stock_readings", **observed)
        for item, left in listed.items():
            status = "OUT_OF_STOCK" if left is None else "QUANTITY"
            restaurant.add("stock", guid=item, status=status, quantity=left, **observed)


def test_an_item_that_leaves_the_list_is_in_stock_and_uncounted(sales: Warehouse) -> None:
    levels = {
        (row["item_id"].split(":")[1], row["observed_on"].day): row["on_hand"]
        for row in staged(sales, "inventory_levels")
    }
    assert levels == {
        ("soup", 1): 4, ("soup", 2): None, ("soup", 3): None,
        ("pie", 1): 0, ("pie", 2): 0, ("pie", 3): None,
    }  # fmt: skip


def test_a_build_rewrites_what_changed_and_what_names_a_changed_modifier(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / "warehouse.duckdb", {"as_of_date": "2026-11-03"}).create_raw_tables()
    restaurant = Restaurant(warehouse)
    a_dinner(restaurant)
    restaurant.plain("untouched")
    restaurant.plain("charged")
    restaurant.child("service_charges", "charged", guid="c", gratuity=False, charge_amount="2.00")
    restaurant.add(
        "daily_totals", restaurant_guid="R", business_date="20261101", gross_sales_amount="22",
        discount_amount="0", refund_amount="0", net_sales_amount="22",
    )  # fmt: skip
    restaurant.add("configured_items", restaurant_guid="R", guid="burger", name="Burger")
    warehouse.build()
    first = built(warehouse)

    with duckdb.connect(str(warehouse.path)) as connection:
        connection.execute("update raw_toast.modifier_options set name = 'Gouda' where guid = 'cheese'")
        connection.execute("update raw_toast.configured_items set name = 'The burger'")
    restaurant.add("configured_items", restaurant_guid="R", guid="soup", name="Soup of the day")
    restaurant.plain("new", loaded_at=utc("2026-11-03 09:00"))
    warehouse.build()
    second = built(warehouse)

    assert {guid for guid, at in second.items() if at != first.get(guid)} == {"dinner", "new"}
    modifiers = warehouse.query("select distinct name from unified.order_line_modifiers")
    assert modifiers == [{"name": "Gouda"}]
    (totals,) = warehouse.query("select net_sales from unified.vendor_totals")
    assert totals["net_sales"] == 20


def built(warehouse: Warehouse) -> dict[str, Any]:
    """When each order was written."""
    rows = warehouse.query("select native_id, built_at from unified.orders")
    return {row["native_id"]: row["built_at"] for row in rows}
