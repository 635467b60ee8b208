"""Rows of custom APIs as staging's sales. Every expected figure is worked out by hand."""

from decimal import Decimal
from typing import Any

import pytest

from tests.dbt_project.square_rows import utc
from tests.dbt_project.warehouse import Warehouse

MONEY = (
    "order_discount",
    "tax",
    "tip",
    "service_charge",
    "shipping",
    "rounding",
    "total",
    "paid",
    "unpaid_balance",
)
LINE_NUMBERS = (
    "quantity",
    "unit_price",
    "gross_sales",
    "net_sales",
    "discount",
    "tax",
    "tip",
    "unit_cost",
    "amount",
)


class Api:
    """The rows of one connection."""

    def __init__(self, warehouse: Warehouse, connection_id: str, *, amounts_in: str = "major") -> None:
        self.warehouse = warehouse
        self.connection_id = connection_id
        self.constants = {
            "amounts_in": amounts_in,
            "default_currency": "EUR",
            "default_timezone": "Europe/Vienna",
            "business_day_cutoff_minutes": 240,
            "store_name": "The shop",
        }

    def order(
        self, order_id: str, *lines: dict[str, Any], kind: str = "order", version: str = "v", **values: Any
    ) -> None:
        direction = values.pop("direction", "return" if kind == "return" else "sale")
        self._add(
            "orders",
            **{
                "order_id": order_id,
                "record_kind": kind,
                "version": version,
                "direction": direction,
                "state": "completed",
                "location_id": self.connection_id,
                "sold_at": utc("2026-05-02 01:30"),
                **self.constants,
                **values,
            },
        )
        for number, line in enumerate(lines, 1):
            self.line(order_id, str(number), kind=kind, version=version, **{"direction": direction, **line})

    def line(
        self, order_id: str, line_id: str, *, kind: str = "order", version: str = "v", **values: Any
    ) -> None:
        self._add(
            "order_lines",
            **{
                "order_id": order_id,
                "record_kind": kind,
                "order_version": version,
                "line_id": line_id,
                "line_kind": "item",
                "item_id": f"item {line_id}",
                "prices_include_tax": False,
                **values,
            },
        )

    def payment(self, order_id: str, payment_id: str, version: str = "v", **values: Any) -> None:
        self._add(
            "order_payments",
            order_id=order_id,
            record_kind="order",
            order_version=version,
            payment_id=payment_id,
            **{"method": "cash", "status": "completed", **values},
        )

    def refund(self, refund_id: str, **values: Any) -> None:
        told = {
            "refund_id": refund_id,
            "location_id": self.connection_id,
            "refunded_at": utc("2026-05-03 09:00"),
        }
        self._add("refunds", **{**told, "status": "completed", **self.constants, **values})

    def _add(self, table: str, **values: Any) -> None:
        exact = {
            name: Decimal(value) if name in (*MONEY, *LINE_NUMBERS) and value is not None else value
            for name, value in values.items()
        }
        self.warehouse.insert(f"raw_generic.{table}", [{"connection_id": self.connection_id, **exact}])


@pytest.fixture(scope="module")
def built(warehouse: Warehouse) -> Warehouse:
    """One connection a story."""
    shares = Api(warehouse, "shares")
    thirds = [{"gross_sales": "10.00"}, {"gross_sales": "10.00"}, {"gross_sales": "10.01"}]
    shares.order("thirds", *thirds, order_discount="10.00")
    shares.order("yen", {"gross_sales": "100"}, {"gross_sales": "50"}, order_discount="10", currency="JPY")
    shares.order("own", {"gross_sales": "8", "discount": "1"}, {"gross_sales": "2"}, order_discount="0.05")
    shares.order("free", {"gross_sales": "0"}, {"gross_sales": "0"}, order_discount="1.00")
    shares.order("void", {"gross_sales": "8"}, {"gross_sales": "8", "is_voided": True}, order_discount="1.00")
    shares.order("finer", {"gross_sales": "1"}, {"gross_sales": "2"}, order_discount="0.3333")

    amounts = Api(warehouse, "amounts")
    amounts.order(
        "reckoned", {"quantity": "2", "unit_price": "1.25"}, {"net_sales": "4.50", "discount": "0.50"}
    )
    amounts.order(
        "inclusive",
        {"gross_sales": "12.00", "tax": "2.00", "prices_include_tax": True},
        tax="2.10",
        total="12.10",
    )
    amounts.order("edited", {"gross_sales": "5"}, version="new", paid="5", total="5")
    amounts.line("edited", "9", version="old", gross_sales="100")
    amounts.payment("edited", "1", version="old", amount="100")
    amounts.payment("edited", "1x", version="new", amount="5", tip="1")
    amounts.order("owed", {"gross_sales": "10"}, total="10", paid="4", state="open")

    cents = Api(warehouse, "cents", amounts_in="minor")
    cents.order("euro", {"gross_sales": "1234"}, tip="50")
    cents.order("yen", {"gross_sales": "1234"}, tip="50", currency="JPY")

    returns = Api(warehouse, "returns")
    returns.order("7", {"gross_sales": "20", "tax": "4"}, total="24", paid="24")
    returns.order(
        "7",
        {"gross_sales": "20", "tax": "4", "original_line_id": "1"},
        {"gross_sales": "3", "tax": "1", "item_id": None, "line_kind": "custom"},
        {"gross_sales": "9", "line_kind": "gift_card"},
        kind="return",
        original_order_id="7",
        tip="2",
        rounding="0.01",
    )
    returns.order("exchange", {"gross_sales": "30", "tax": "6"}, total="12", tax="2")
    returns.line("exchange", "back", direction="return", gross_sales="20", tax="4")
    returns.order("bare", kind="return", total="15", tip="5")
    returns.order("undone", {"gross_sales": "1"}, kind="return", state="cancelled")
    returns.refund("7", amount="2.50", order_id="7")
    returns.refund("8", amount="100", status="pending")
    models = ("path:models/staging/generic", "path:models/changes/new_state.sql")
    warehouse.run("build", "--exclude-resource-type", "unit_test", "--select", *models)
    return warehouse


def found(built: Warehouse, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in built.query(sql)]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("thirds", ["3.33", "3.33", "3.34"]),
        ("yen", ["7", "3"]),
        ("own", ["1.04", "0.01"]),
        ("free", ["1", "0"]),
        ("void", ["1", "0"]),
        ("finer", ["0.11", "0.2233"]),
    ],
)
def test_an_orders_discount_is_shared_by_value_to_the_last_coin(
    built: Warehouse, order: str, expected: list[str]
) -> None:
    shares = found(
        built,
        "select discounts from staging.stg_generic__order_lines"
        f" where order_id = 'shares:{order}' order by native_id",
    )
    assert [share for (share,) in shares] == [Decimal(share) for share in expected]


def test_gross_sales_are_what_is_told_or_what_follows_from_it(built: Warehouse) -> None:
    lines = found(
        built,
        "select gross_sales, discounts from staging.stg_generic__order_lines"
        " where order_id in ('amounts:reckoned', 'amounts:inclusive') order by native_id",
    )
    assert lines == [
        (Decimal(10), Decimal(0)),
        (Decimal("2.5"), Decimal(0)),
        (Decimal(5), Decimal("0.5")),
    ]


def test_an_orders_own_tax_goes_before_that_of_its_lines(built: Warehouse) -> None:
    query = "select tax, stated_total from staging.stg_generic__orders where order_id = 'amounts:inclusive'"
    assert found(built, query) == [(Decimal("2.1"), Decimal("12.1"))]


def test_lines_and_payments_of_an_older_version_do_not_count(built: Warehouse) -> None:
    lines = "select native_id from staging.stg_generic__order_lines where order_id = 'amounts:edited'"
    assert found(built, lines) == [("edited:1",)]
    payments = (
        "select native_id, amount, tip from staging.stg_generic__payments where order_id = 'amounts:edited'"
    )
    assert found(built, payments) == [("edited:1x", Decimal(5), Decimal(1))]


def test_what_is_not_paid_is_still_owed(built: Warehouse) -> None:
    query = (
        "select unpaid_balance, is_sale, closed_at from staging.stg_generic__orders where native_id = 'owed'"
    )
    assert found(built, query) == [(Decimal(6), False, None)]


def test_the_smallest_unit_depends_on_the_currency(built: Warehouse) -> None:
    query = (
        "select o.currency, gross_sales, tips from staging.stg_generic__orders as o"
        " join staging.stg_generic__order_lines as l using (order_id)"
        " where o.connection_id = 'cents' order by 1"
    )
    assert found(built, query) == [
        ("EUR", Decimal("12.34"), Decimal("0.5")),
        ("JPY", Decimal(1234), Decimal(50)),
    ]


def test_the_day_ends_at_the_cutoff_on_the_stores_clock(built: Warehouse) -> None:
    query = (
        "select distinct cast(business_date as text) from staging.stg_generic__orders"
        " where connection_id = 'cents'"
    )
    assert found(built, query) == [("2026-05-01",)]


def test_a_return_gives_back_goods_and_what_names_none_apart(built: Warehouse) -> None:
    refunds = found(
        built,
        "select native_id, order_id, goods, tax, tips, gift_cards, rounding, unitemized_amount"
        " from staging.stg_generic__refunds where connection_id = 'returns' order by native_id",
    )
    nothing = Decimal(0)
    assert refunds == [
        ("exchange", None, Decimal(20), Decimal(4), nothing, nothing, nothing, nothing),
        ("refund:7", "returns:7", nothing, nothing, nothing, nothing, nothing, Decimal("2.5")),
        (
            "return:7",
            "returns:7",
            Decimal(20),
            Decimal(4),
            Decimal(2),
            Decimal(9),
            Decimal("0.01"),
            Decimal(4),
        ),
        ("return:bare", None, nothing, nothing, Decimal(5), nothing, nothing, Decimal(10)),
    ]


def test_a_returned_line_names_the_line_that_was_sold(built: Warehouse) -> None:
    query = "select order_line_id from staging.stg_generic__return_lines where native_id = 'return:7:1'"
    assert found(built, query) == [("returns:7:1",)]


def test_an_order_that_also_takes_goods_back_sells_what_its_lines_say(built: Warehouse) -> None:
    query = "select tax, stated_total from staging.stg_generic__orders where native_id = 'exchange'"
    assert found(built, query) == [(Decimal(6), None)]


def test_a_connection_without_a_list_of_stores_is_one_store(built: Warehouse) -> None:
    query = (
        "select native_id, name, timezone, currency, business_day_cutoff_minutes"
        " from staging.stg_generic__locations where connection_id = 'returns'"
    )
    assert found(built, query) == [("returns", "The shop", "Europe/Vienna", "EUR", 240)]


def test_items_that_only_lines_name_are_items_without_a_catalogue(built: Warehouse) -> None:
    query = (
        "select native_id, is_active, is_gift_card from staging.stg_generic__items"
        " where connection_id = 'returns'"
    )
    assert sorted(found(built, query)) == [
        ("item 1", True, False),
        ("item 3", True, True),
        ("item back", True, False),
    ]
