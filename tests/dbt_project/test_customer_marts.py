"""Customers by their own pace, orders by what is known of the buyer. Every figure is worked out by hand."""

from datetime import date
from typing import Any

import pytest

from tests.dbt_project.square_rows import Account, amounts
from tests.dbt_project.warehouse import Warehouse

COUNTS = ("orders", "new_customer_orders", "returning_customer_orders", "anonymous_orders", "customers")
SALES = ("net_sales_new", "net_sales_returning", "net_sales_anonymous")


@pytest.fixture(scope="module")
def built(warehouse: Warehouse) -> Warehouse:
    """Seen from Tuesday, 3 November 2026."""
    shop, other = Account(warehouse, "shop"), Account(warehouse, "other")
    shop.store("ny")
    shop.store("ldn", "GBP")
    other.store("pop-up")
    ann(shop, other)
    bob_eve_and_fay(shop)
    cid(shop)
    dan(shop)
    nobody_known(shop)
    assert warehouse.build() == set()
    return warehouse


def sale(
    account: Account, order_id: str, store: str, closed: str, cents: int, buyer: str | None, **line: Any
) -> None:
    account.order(order_id, store, closed, total=cents - line.get("discount", 0), customer_key=buyer)
    account.line(order_id, "a", cents, item="V", **line)
    account.tender(order_id, f"payment of {order_id}", cents - line.get("discount", 0))


def ann(shop: Account, other: Account) -> None:
    # every 30 days in New York: 9.00, 20.00 and 30.00; once in London, and once at another account
    sale(shop, "ann 1", "ny", "2026-08-01 17:00", 1000, "ann", discount=100)
    sale(shop, "ann 2", "ny", "2026-08-31 17:00", 2000, "ann")
    sale(shop, "ann 3", "ny", "2026-09-30 17:00", 3000, "ann")
    sale(shop, "ann 4", "ldn", "2026-10-01 17:00", 1200, "ann")
    sale(other, "ann 5", "pop-up", "2026-10-05 17:00", 700, "ann")
    # the 20.00 came back: net sales of that day, not of the customer
    shop.order("r", "ny", "2026-09-05 17:00", customer_key="ann")
    shop.returned("r", source="ann 2", total=2000)
    shop.returned_line("r", "x", 2000, source="ann 2", source_line="a", item="V")
    shop.refund(
        "refund", 2000, "2026-09-05 17:00", store_id="ny", order_id="r", payment_id="payment of ann 2"
    )


def bob_eve_and_fay(shop: Account) -> None:
    # bob at 23:30 of the 2nd, New York; fay on the day of the order list; eve bought a gift card only
    sale(shop, "bob", "ny", "2026-11-03 04:30", 800, "bob")
    sale(shop, "fay", "ny", "2026-11-03 17:00", 500, "fay")
    sale(shop, "eve", "ny", "2026-11-01 17:00", 5000, "eve", kind="GIFT_CARD")


def cid(shop: Account) -> None:
    # twice on one day is one visit; ten days later for the last time, 115 days ago
    sale(shop, "cid 1", "ny", "2026-07-01 15:00", 100, "cid")
    sale(shop, "cid 2", "ny", "2026-07-01 19:00", 200, "cid")
    sale(shop, "cid 3", "ny", "2026-07-11 17:00", 300, "cid")


def dan(shop: Account) -> None:
    shop.order("dan", "ny", "2026-10-10 17:00", state="CANCELED", customer_key="dan")
    shop.line("dan", "a", 9900, item="V")


def nobody_known(shop: Account) -> None:
    for number, day in enumerate(("01", "01", "20")):
        sale(shop, f"nobody {number}", "ny", f"2026-10-{day} 17:00", 400, None)


def test_a_customer_has_one_row_for_each_account_and_currency(built: Warehouse) -> None:
    rows = built.query("from marts.customer_summary")
    found = {(row["connection_id"], row["customer_key"], row["currency"]): row for row in rows}
    assert len(rows) == len(found)
    described = {
        key: (row["orders"], row["visits"], *amounts(row, "net_sales", "average_spend"), row["segment"])
        for key, row in found.items()
    }
    assert described == {
        ("shop", "ann", "USD"): (3, 3, "59", "19.6667", "returning"),
        ("shop", "ann", "GBP"): (1, 1, "12", "12", "new"),
        ("other", "ann", "USD"): (1, 1, "7", "7", "new"),
        ("shop", "bob", "USD"): (1, 1, "8", "8", "new"),
        ("shop", "eve", "USD"): (1, 1, "0", "0", "new"),
        ("shop", "cid", "USD"): (3, 2, "6", "2", "lost"),
    }


def test_a_customers_pace_is_in_business_days(built: Warehouse) -> None:
    rows = built.query("from marts.customer_summary where connection_id = 'shop' and currency = 'USD'")
    pace = {
        row["customer_key"]: (
            row["last_order_on"],
            row["average_days_between_orders"],
            row["days_since_last_order"],
        )
        for row in rows
    }
    assert pace == {
        "ann": (date(2026, 9, 30), 30, 34),
        "bob": (date(2026, 11, 2), None, 1),
        "eve": (date(2026, 11, 1), None, 2),
        "cid": (date(2026, 7, 11), 10, 115),
    }


def test_each_order_of_a_month_is_of_a_new_a_returning_or_no_known_customer(built: Warehouse) -> None:
    rows = built.query("from marts.customer_activity order by location_id, month_start")
    found = {
        (row["location_key"], row["currency"], f"{row['month_start']:%m}"): (
            *(row[name] for name in COUNTS),
            *amounts(row, *SALES),
            row["repeat_rate"],
        )
        for row in rows
    }
    assert found == {
        ("shop:ny", "USD", "07"): (3, 2, 1, 0, 1, "3", "3", "0", 1),
        ("shop:ny", "USD", "08"): (2, 1, 1, 0, 1, "9", "20", "0", 1),
        ("shop:ny", "USD", "09"): (1, 0, 1, 0, 1, "0", "30", "0", 1),
        ("shop:ny", "USD", "10"): (3, 0, 0, 3, 0, "0", "0", "12", None),
        ("shop:ny", "USD", "11"): (3, 3, 0, 0, 3, "13", "0", "0", 0),
        ("shop:ldn", "GBP", "10"): (1, 0, 1, 0, 1, "0", "12", "0", 1),
        ("other:pop-up", "USD", "10"): (1, 1, 0, 0, 1, "7", "0", "0", 0),
    }


def test_whoever_bought_the_months_are_those_of_the_days(built: Warehouse) -> None:
    (both,) = built.query(
        "select (select sum(orders) from marts.customer_activity) as orders, "
        "(select sum(orders) from marts.daily_revenue) as orders_of_days, "
        "(select sum(gross_sales - discounts) from marts.daily_revenue where currency = 'USD') as net_sales, "
        "(select sum(net_sales_new + net_sales_returning + net_sales_anonymous) "
        "from marts.customer_activity where currency = 'USD') as net_sales_of_days"
    )
    assert (both["orders"], both["orders_of_days"]) == (14, 14)
    assert list(amounts(both, "net_sales", "net_sales_of_days")) == ["97", "97"]
