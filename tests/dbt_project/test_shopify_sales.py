"""Shopify's ledger as revenue. Every expected figure is worked out by hand."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from tests.dbt_project.warehouse import LOADED_AT, Warehouse

SHOP = "shop"
EARLIER = LOADED_AT - timedelta(days=3)
LATER = LOADED_AT + timedelta(days=1)


def gid(kind: str, number: object) -> str:
    return f"gid://shopify/{kind}/{number}"


@dataclass
class Shop:
    """Writes raw rows of one shop in New York whose day ends at 04:00."""

    warehouse: Warehouse
    numbers: Any = field(default_factory=lambda: count(1))

    def put(self, table: str, **row: Any) -> None:
        self.warehouse.insert(f"raw_shopify.{table}", [{"connection_id": SHOP, **row}])

    def store(self, number: int) -> None:
        self.put("locations", id=gid("Location", number), name=f"Store {number}", is_active=True)

    def order(self, number: int, at: str, store: int | None, **more: Any) -> None:
        """An order that is paid unless more is said."""
        self.put(
            "orders",
            **{
                "id": gid("Order", number),
                "number": str(number),
                "processed_at": at,
                "updated_at": at,
                "is_test": False,
                "source_name": "pos",
                "currency": "USD",
                "taxes_included": False,
                "financial_status": "PAID",
                "location_id": gid("Location", store) if store else None,
                "total_price": 0,
                "total_received": more.get("total_price", 0),
                "cash_rounding": 0,
                **more,
            },
        )

    def agreement(self, order: int, at: str, reason: str, *sales: dict[str, Any], **more: Any) -> None:
        own = gid("Agreement", next(self.numbers))
        self.put(
            "sales_agreements", id=own, order_id=gid("Order", order), happened_at=at, reason=reason, **more
        )
        for sale in sales:
            self.put("sales", id=gid("Sale", next(self.numbers)), agreement_id=own, **{**sale, **more})

    def payment(self, order: int, number: int, kind: str, amount: float, **more: Any) -> None:
        self.put(
            "order_transactions",
            **{
                "id": gid("OrderTransaction", number),
                "order_id": gid("Order", order),
                "kind": kind,
                "status": "SUCCESS",
                "gateway": "shopify_payments",
                "processed_at": "2026-03-02 17:00:00+00",
                "amount": amount,
                **more,
            },
        )


def goods(
    item: int, quantity: int, total: float, tax: float = 0, discount: float = 0, **more: Any
) -> dict[str, Any]:
    """A line of a variant; item 0 is none."""
    return {
        "line_type": "PRODUCT",
        "action_type": "ORDER" if quantity > 0 else "RETURN",
        "quantity": quantity,
        "line_item_id": gid("LineItem", item + 500),
        "variant_id": gid("ProductVariant", item) if item else None,
        "total_amount": total,
        "tax_amount": tax,
        "discount_before_taxes": discount,
        "discount_after_taxes": discount,
        **more,
    }


def other(line_type: str, total: float, tax: float = 0, action: str = "ORDER") -> dict[str, Any]:
    return {"line_type": line_type, "action_type": action, "total_amount": total, "tax_amount": tax}


def a_plain_order(shop: Shop) -> None:
    # 2 at 5.00 less 1.00, 9 % tax; 4.00 shipping; a tip of 2.00; a fee of 1.00 and 0.10 tax; a gift card
    shop.store(1)
    shop.order(101, "2026-03-02 17:00:00+00", 1, total_price=41.91)
    shop.agreement(
        101,
        "2026-03-02 17:00:00+00",
        "ORDER",
        goods(1, 2, 9.81, 0.81, 1.0, unit_price=5),
        other("SHIPPING", 4.0),
        other("TIP", 2.0),
        other("ADDITIONAL_FEE", 1.1, 0.1),
        {**goods(2, 1, 25.0), "line_type": "GIFT_CARD"},
    )
    shop.payment(101, 1, "SALE", 30.0)
    shop.payment(101, 2, "SALE", 11.91, gateway="gift_card")


def an_order_with_tax_in_its_prices(shop: Shop) -> None:
    # 12.00 with 20 % in it, 1.20 off: 10.80 is paid, 1.80 of it tax; the discount is 1.00 before taxes
    shop.store(2)
    shop.order(102, "2026-03-02 17:00:00+00", 2, total_price=10.8, taxes_included=True)
    line = {**goods(1, 1, 10.8, 1.8), "discount_before_taxes": 1.0, "discount_after_taxes": 1.2}
    shop.agreement(102, "2026-03-02 17:00:00+00", "ORDER", line)


def a_refund_in_the_next_month(shop: Shop) -> None:
    # one of two comes back a month later, in New York on 1 April before 04:00: still 31 March
    shop.store(3)
    shop.order(103, "2026-03-02 17:00:00+00", 3, total_price=21.8)
    shop.agreement(103, "2026-03-02 17:00:00+00", "ORDER", goods(1, 2, 21.8, 1.8), other("TIP", 0))
    shop.agreement(
        103,
        "2026-04-01 07:30:00+00",
        "REFUND",
        goods(1, -1, -10.9, -0.9),
        other("SHIPPING", -2.0, action="RETURN"),
        other("FEE", 1.0, action="ORDER"),
    )


def money_back_without_goods(shop: Shop) -> None:
    # 5.00 is paid back; another 7.00 waits for the bank
    shop.store(4)
    shop.order(104, "2026-03-02 17:00:00+00", 4, total_price=20)
    shop.agreement(104, "2026-03-02 17:00:00+00", "ORDER", goods(1, 1, 20))
    shop.agreement(104, "2026-03-03 17:00:00+00", "REFUND", other("ADJUSTMENT", -5, action="UPDATE"))
    waiting = other("ADJUSTMENT", -7, action="UPDATE")
    shop.agreement(104, "2026-03-04 17:00:00+00", "REFUND", waiting, {**waiting, "total_amount": 7})


def an_edited_order(shop: Shop) -> None:
    # the second line goes two days later, the first gets 1.00 off: both are the order's, on its day
    shop.store(5)
    shop.order(105, "2026-03-02 17:00:00+00", 5, total_price=9)
    shop.agreement(105, "2026-03-02 17:00:00+00", "ORDER", goods(1, 1, 10), goods(2, 3, 30))
    off = {**goods(1, 0, -1, 0, 1), "action_type": "UPDATE"}
    shop.agreement(105, "2026-03-04 17:00:00+00", "ORDER_EDIT", goods(2, -3, -30), off)


def a_line_of_an_older_version(shop: Shop) -> None:
    # what was not read with the order's newest version is no longer in it
    shop.store(6)
    shop.order(106, "2026-03-02 17:00:00+00", 6, total_price=10)
    shop.agreement(106, "2026-03-02 17:00:00+00", "ORDER", goods(1, 1, 10))
    shop.agreement(106, "2026-03-02 17:00:00+00", "ORDER", goods(2, 1, 99), loaded_at=EARLIER)
    shop.payment(106, 66, "SALE", 99, loaded_at=EARLIER)


def an_exchange(shop: Shop) -> None:
    # 10.00 comes back a week later and 15.00 goes out: a return and a sale of that day
    shop.store(7)
    shop.order(107, "2026-03-02 17:00:00+00", 7, total_price=25)
    shop.agreement(107, "2026-03-02 17:00:00+00", "ORDER", goods(1, 1, 10))
    shop.agreement(107, "2026-03-09 17:00:00+00", "RETURN", goods(1, -1, -10))
    shop.agreement(107, "2026-03-09 17:00:00+00", "ORDER_EDIT", goods(2, 1, 15))


def orders_that_are_no_sales(shop: Shop) -> None:
    shop.store(8)
    at = "2026-03-02 17:00:00+00"
    shop.order(108, at, 8, is_test=True, total_price=10)
    shop.order(109, at, 8, cancelled_at=at, total_price=10, total_received=0, financial_status="VOIDED")
    shop.order(110, at, 8, cancelled_at=at, total_price=10)
    shop.order(111, at, 8, total_price=10, total_received=0, financial_status="PENDING")
    for number in (108, 109, 110, 111):
        shop.agreement(number, at, "ORDER", goods(1, 1, 10))
    for number in (109, 110):
        shop.agreement(number, "2026-03-03 17:00:00+00", "REFUND", goods(1, -1, -10))


def deleted_orders(shop: Shop) -> None:
    # a later listing misses 112; 113 is in it; 114 was sold before it begins, 115 was read after it
    shop.store(9)
    for number, at, loaded in (
        (112, "2026-05-20 17:00:00+00", LOADED_AT),
        (113, "2026-05-20 17:00:00+00", LOADED_AT),
        (114, "2026-05-01 17:00:00+00", LOADED_AT),
        (115, "2026-05-20 17:00:00+00", LATER),
    ):
        shop.order(number, at, 9, total_price=10, loaded_at=loaded)
        shop.agreement(number, at, "ORDER", goods(1, 1, 10), loaded_at=loaded)
    shop.put("order_ids", id=gid("Order", 112), loaded_at=LOADED_AT)
    shop.put("order_ids", id=gid("Order", 113), loaded_at=LATER)
    shop.put(
        "order_listings",
        listing="last weeks",
        listed_from=datetime(2026, 5, 10, tzinfo=UTC),
        listed_until=datetime(2026, 6, 1, tzinfo=UTC),
        loaded_at=LATER,
    )


def payments_of_all_kinds(shop: Shop) -> None:
    # 20.02 and a tip of 3.00: 5.00 by a captured card, the rest in cash, rounded to 18.00, paid with 20.00
    shop.store(10)
    shop.order(116, "2026-03-02 17:00:00+00", 10, total_price=23.02, cash_rounding=-0.02)
    shop.agreement(116, "2026-03-02 17:00:00+00", "ORDER", goods(1, 1, 20.02), other("TIP", 3.0))
    shop.payment(116, 31, "AUTHORIZATION", 5.0)
    shop.payment(116, 32, "CAPTURE", 5.0, parent_id=gid("OrderTransaction", 31))
    shop.payment(116, 33, "SALE", 20.02, gateway="cash", amount_rounding=-0.02)
    shop.payment(116, 34, "CHANGE", 2.0, gateway="cash")
    shop.payment(116, 35, "AUTHORIZATION", 9.0)
    shop.payment(116, 36, "VOID", 9.0, parent_id=gid("OrderTransaction", 35))
    shop.payment(116, 37, "SALE", 9.0, status="FAILURE")
    shop.payment(116, 38, "AUTHORIZATION", 4.0, payment_details="CardPaymentDetails", wallet="APPLE_PAY")


def sold_online(shop: Shop) -> None:
    shop.order(117, "2026-03-02 17:00:00+00", None, total_price=10, source_name="web")
    shop.agreement(117, "2026-03-02 17:00:00+00", "ORDER", goods(0, 1, 10, item_title="not of the catalogue"))


def nights_when_clocks_change(shop: Shop) -> None:
    # New York: 03:59 and 04:00 on 8 March 2026, and both 01:30 of 1 November
    shop.store(11)
    for number, at in (
        (118, "2026-03-08 07:59:00+00"),
        (119, "2026-03-08 08:00:00+00"),
        (120, "2026-11-01 05:30:00+00"),
        (121, "2026-11-01 06:30:00+00"),
        (122, "2026-11-01 09:00:00+00"),
    ):
        shop.order(number, at, 11, total_price=1)
        shop.agreement(number, at, "ORDER", goods(1, 1, 1))


def a_return_that_was_rounded(shop: Shop) -> None:
    shop.store(12)
    shop.order(123, "2026-03-02 17:00:00+00", 12, total_price=10.02, cash_rounding=-0.02)
    shop.agreement(123, "2026-03-02 17:00:00+00", "ORDER", goods(1, 1, 10.02))
    shop.payment(123, 20, "SALE", 10.02, gateway="cash", amount_rounding=-0.02)
    shop.agreement(123, "2026-03-05 17:00:00+00", "REFUND", goods(1, -1, -10.02))
    shop.payment(123, 21, "REFUND", 10.02, amount_rounding=-0.02, processed_at="2026-03-05 17:00:00+00")


@pytest.fixture(scope="module")
def sales(warehouse: Warehouse) -> Warehouse:
    """One shop, one store a story."""
    shop = Shop(warehouse)
    shop.put(
        "shop",
        id=gid("Shop", 1),
        name="Shop",
        timezone="America/New_York",
        currency="USD",
        business_day_cutoff_minutes=240,
    )
    for number, title in ((1, "Tee"), (2, "Card")):
        shop.put(
            "product_variants",
            id=gid("ProductVariant", number),
            title="Default Title",
            product_title=title,
            product_type="",
            product_category="Clothes",
            product_status="ACTIVE",
            price=10,
            inventory_item_id=gid("InventoryItem", number + 70),
            tracks_inventory=number == 1,
        )
    gone = gid("ProductVariant", 3)
    shop.put("product_variants", id=gone, title="M", product_title="Hat", loaded_at=EARLIER)
    for item in (71, 72):
        for name, quantity in (("on_hand", 9), ("available", 7), ("committed", 2), ("incoming", 4)):
            shop.put(
                "inventory_levels",
                inventory_item_id=gid("InventoryItem", item),
                location_id=gid("Location", 1),
                name=name,
                quantity=quantity,
                observed_on="2026-06-01",
                observed_at=LOADED_AT,
            )
    for story in (
        a_plain_order,
        an_order_with_tax_in_its_prices,
        a_refund_in_the_next_month,
        money_back_without_goods,
        an_edited_order,
        a_line_of_an_older_version,
        an_exchange,
        orders_that_are_no_sales,
        deleted_orders,
        payments_of_all_kinds,
        sold_online,
        nights_when_clocks_change,
        a_return_that_was_rounded,
    ):
        story(shop)
    warehouse.build()
    return warehouse


def day(sales: Warehouse, store: object, date: str) -> dict[str, float]:
    """The measures of a store's day that are not 0."""
    rows = sales.query(
        f"from marts.daily_revenue where location_id = '{SHOP}:{store}' and business_date = '{date}'"
    )
    names = (
        *("gross_sales", "discounts", "returns", "unitemized_refunds", "tax", "refunded_tax", "tips"),
        *("service_charges", "refunded_service_charges", "shipping", "gift_cards_sold", "rounding", "orders"),
    )
    return {name: float(row[name]) for row in rows for name in names if row[name]}


def test_goods_tips_shipping_fees_and_gift_cards_are_told_apart(sales: Warehouse) -> None:
    assert day(sales, 1, "2026-03-02") == {
        "gross_sales": 10.0,
        "discounts": 1.0,
        "tax": 0.91,
        "tips": 2.0,
        "service_charges": 1.0,
        "shipping": 4.0,
        "gift_cards_sold": 25.0,
        "orders": 1,
    }


def test_the_tip_is_on_the_first_payment(sales: Warehouse) -> None:
    rows = sales.query(
        "select native_id, method, amount, tip from unified.payments"
        f" where order_id = '{SHOP}:101' order by 1"
    )
    assert [tuple(map(str, row.values())) for row in rows] == [
        ("1", "card", "28.0000", "2.0000"),
        ("2", "gift_card", "11.9100", "0.0000"),
    ]


def test_tax_inside_prices_is_taken_out_of_gross_and_the_discount_is_the_buyers(sales: Warehouse) -> None:
    assert day(sales, 2, "2026-03-02") == {"gross_sales": 10.2, "discounts": 1.2, "tax": 1.8, "orders": 1}


def test_row_6_a_refund_counts_on_its_own_day_in_the_next_month(sales: Warehouse) -> None:
    assert day(sales, 3, "2026-03-02") == {"gross_sales": 20.0, "tax": 1.8, "orders": 1}
    assert day(sales, 3, "2026-03-31") == {
        "returns": 10.0,
        "refunded_tax": 0.9,
        "unitemized_refunds": 2.0,
        "refunded_service_charges": -1.0,
    }


def test_money_back_without_goods_counts_once_it_is_paid(sales: Warehouse) -> None:
    assert day(sales, 4, "2026-03-03") == {"unitemized_refunds": 5.0}
    assert day(sales, 4, "2026-03-04") == {}


def test_row_8_an_edit_corrects_the_order_and_a_removed_line_is_gone(sales: Warehouse) -> None:
    assert day(sales, 5, "2026-03-02") == {"gross_sales": 10.0, "discounts": 1.0, "orders": 1}
    assert day(sales, 5, "2026-03-04") == {}
    lines = sales.query(f"select native_id, quantity from unified.order_lines where order_id = '{SHOP}:105'")
    assert [(row["native_id"], int(row["quantity"])) for row in lines] == [("105:501", 1)]
    assert day(sales, 6, "2026-03-02") == {"gross_sales": 10.0, "orders": 1}


def test_what_an_exchange_sells_is_a_sale_of_its_own_day(sales: Warehouse) -> None:
    assert day(sales, 7, "2026-03-02") == {"gross_sales": 10.0, "orders": 1}
    assert day(sales, 7, "2026-03-09") == {"gross_sales": 15.0, "returns": 10.0, "orders": 1}


def test_tests_and_what_was_cancelled_before_it_was_paid_are_no_sales(sales: Warehouse) -> None:
    assert day(sales, 8, "2026-03-02") == {"gross_sales": 20.0, "orders": 2}
    assert day(sales, 8, "2026-03-03") == {"returns": 10.0}
    (unpaid,) = sales.query(f"select unpaid_balance from unified.orders where order_id = '{SHOP}:111'")
    assert float(unpaid["unpaid_balance"]) == 10.0


def test_row_8_a_deleted_order_stops_counting(sales: Warehouse) -> None:
    rows = sales.query(
        f"select native_id, state from unified.orders where location_id = '{SHOP}:9' and not counts_as_sale"
    )
    assert [(row["native_id"], row["state"]) for row in rows] == [("112", "deleted")]
    assert day(sales, 9, "2026-05-20") == {"gross_sales": 20.0, "orders": 2}


def test_a_payment_is_what_was_kept_and_an_authorisation_counts_once(sales: Warehouse) -> None:
    rows = sales.query(
        "select native_id, method, status, amount, tip from unified.payments"
        f" where order_id = '{SHOP}:116' order by 1"
    )
    told = {
        row["native_id"]: (row["method"], row["status"], float(row["amount"]), float(row["tip"]))
        for row in rows
    }
    assert told == {
        "32": ("card", "completed", 2.0, 3.0),
        "33": ("cash", "completed", 20.0, 0.0),
        "34": ("cash", "completed", -2.0, 0.0),
        "35": ("card", "canceled", 9.0, 0.0),
        "37": ("card", "failed", 9.0, 0.0),
        "38": ("wallet", "approved", 4.0, 0.0),
    }
    differences = sales.query(
        f"select native_id, rule from unified.reconciliation_differences where connection_id = '{SHOP}'"
    )
    assert {row["native_id"] for row in differences if row["rule"] == "lines_against_order"} <= {"107"}
    assert "116" not in {row["native_id"] for row in differences}


def test_what_is_sold_online_has_a_location_of_its_own(sales: Warehouse) -> None:
    assert day(sales, "online", "2026-03-02") == {"gross_sales": 10.0, "orders": 1}
    (place,) = sales.query(
        f"select name, timezone from unified.locations where location_id = '{SHOP}:online'"
    )
    assert place == {"name": "Shop", "timezone": "America/New_York"}
    (line,) = sales.query(f"select line_kind, item_id from unified.order_lines where order_id = '{SHOP}:117'")
    assert line == {"line_kind": "custom", "item_id": None}


def test_row_14_a_trading_day_follows_the_shops_clock(sales: Warehouse) -> None:
    days = {"2026-03-07": 1, "2026-03-08": 1, "2026-10-31": 2, "2026-11-01": 1}
    assert {date: day(sales, 11, date)["orders"] for date in days} == days


def test_cash_rounding_of_a_payment_back_counts_on_its_day(sales: Warehouse) -> None:
    assert day(sales, 12, "2026-03-02") == {"gross_sales": 10.02, "rounding": -0.02, "orders": 1}
    assert day(sales, 12, "2026-03-05") == {"returns": 10.02, "rounding": 0.02}


def test_stock_is_told_of_what_is_tracked(sales: Warehouse) -> None:
    rows = sales.query(
        "select item_id, on_hand, available, committed, incoming from unified.inventory_levels"
        f" where connection_id = '{SHOP}'"
    )
    assert [tuple(map(str, row.values())) for row in rows] == [
        (f"{SHOP}:1", "9.0000", "7.0000", "2.0000", "4.0000")
    ]


def test_a_variant_that_the_newest_reading_misses_is_inactive(sales: Warehouse) -> None:
    rows = sales.query(
        "select native_id, variant_name, category, is_active from unified.items"
        f" where connection_id = '{SHOP}' order by 1"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("1", None, "Clothes", True),
        ("2", None, "Clothes", True),
        ("3", "M", None, False),
    ]
