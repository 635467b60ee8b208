"""A sale without a store is kept: in a store of its own, with the clock and the money of the first one.

Toast, Clover and Restaurant K are asked store by store, so that all of theirs has one. What Shopify sells
online, and what a custom API or a file does not place, has its test beside that system's other rules.
"""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.dbt_project.square_rows import Account, utc
from tests.dbt_project.warehouse import Warehouse

NIGHT = utc("2026-03-08 07:59")
"""03:59 in New York, where the day closes at 04:00 and London's clock shows 07:59."""


@pytest.fixture(scope="module")
def sales(warehouse: Warehouse) -> Warehouse:
    square(Account(warehouse, "square"))
    lightspeed_r(warehouse)
    lightspeed_x(warehouse)
    assert warehouse.build() == set()
    return warehouse


def square(account: Account) -> None:
    account.store("B", cutoff=240)
    account.store("A", "GBP", status="INACTIVE")
    for order_id, place in (("placed", "B"), ("nowhere", None), ("closed_shop", "GONE")):
        account.order(order_id, "B", "2026-03-08 07:59", total=1000, location_id=place)
        account.line(order_id, "l1", 1000, item="V")
        account.tender(order_id, f"paid {order_id}", 1000)
    account.add(
        "refunds",
        id="given",
        amount=100,
        currency="USD",
        status="COMPLETED",
        created_at=NIGHT,
        loaded_at=NIGHT,
    )


def lightspeed_r(warehouse: Warehouse) -> None:
    def add(table: str, **values: Any) -> None:
        warehouse.insert(f"raw_lightspeed_r.{table}", [{"connection_id": "r", **values}])

    place = {"timezone": "US/Eastern", "currency": "USD", "business_day_cutoff_minutes": 240}
    add("shops", id="1", name="Main", **place)
    for sale, shop in (("11", "1"), ("12", "0"), ("13", None)):
        version = {"sale_updated_at": NIGHT, "sale_id": sale}
        states = {"completed": "true", "voided": "false", "archived": "false", "is_tax_inclusive": "false"}
        times = {"created_at": NIGHT, "completed_at": NIGHT, "updated_at": NIGHT}
        totals = {"displayable_total": 10, "payments": 10}
        add("sales", id=sale, shop_id=shop, **states, **times, **totals)
        amounts = {"quantity": 1, "unit_price": 10, "subtotal": 10, "total": 10}
        add("sale_lines", id=f"line{sale}", item_id="7", **version, **amounts)
        add("sale_payments", id=f"paid{sale}", amount=10, archived="false", created_at=NIGHT, **version)


def lightspeed_x(warehouse: Warehouse) -> None:
    def add(table: str, **values: Any) -> None:
        warehouse.insert(f"raw_lightspeed_x.{table}", [{"connection_id": "x", **values}])

    add("outlets", id="main", time_zone="America/New_York", currency="USD", business_day_cutoff_minutes=240)
    for sale, outlet in (("1", "main"), ("2", None)):
        version = {"sale_version": 1, "sale_id": sale}
        times = {"created_at": NIGHT, "sale_date": NIGHT, "updated_at": NIGHT}
        add(
            "sales",
            id=sale,
            version=1,
            outlet_id=outlet,
            status="CLOSED",
            total_price=10,
            total_tax=0,
            **times,
        )
        amounts = {"quantity": 1, "unit_price": 10, "price_total": 10, "discount_total": 0, "tax_total": 0}
        add("sale_lines", id=f"l{sale}", product_id="7", sequence=1, is_return=False, **version, **amounts)
        add("sale_payments", id=f"p{sale}", amount=10, payment_date=NIGHT, **version)


@pytest.mark.parametrize(
    ("place", "name", "net_sales"),
    [
        ("square:none", "No location", 10),
        ("square:GONE", None, 10),
        ("square:B", "Store B", 10),
        ("r:none", "No location", 20),
        ("r:1", "Main", 10),
        ("x:none", "No location", 10),
    ],
)
def test_a_sale_without_a_store_counts_on_the_first_stores_day(
    sales: Warehouse, place: str, name: str | None, net_sales: int
) -> None:
    (store,) = sales.query(f"from unified.locations where location_id = '{place}'")
    assert (store["name"], store["currency"], store["business_day_cutoff_minutes"]) == (name, "USD", 240)
    day = sales.query(f"from marts.daily_revenue where location_id = '{place}' and orders > 0")
    assert [(each["business_date"], each["currency"], each["net_sales"]) for each in day] == [
        (date(2026, 3, 7), "USD", Decimal(net_sales))
    ]


def test_money_given_back_without_a_store_counts_too(sales: Warehouse) -> None:
    (refund,) = sales.query("from unified.refunds where native_id = 'given'")
    assert (refund["location_id"], refund["business_date"]) == ("square:none", date(2026, 3, 7))


def test_a_store_of_its_own_is_made_only_where_something_has_none(sales: Warehouse) -> None:
    stores = sales.query("select location_id from unified.locations order by all")
    assert [each["location_id"] for each in stores] == [
        *("r:1", "r:none", "square:A", "square:B", "square:GONE", "square:none", "x:main", "x:none")
    ]
