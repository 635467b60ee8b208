"""Clover's rows as lines, tax and refunds. What Clover works out was worked out by Clover's own calculator.

The figures of `BY_THE_CALCULATOR` are what `Calc` of clover/clover-android-sdk (calc-jvm.jar) answers for the
same orders; the other figures are worked out by hand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from tests.dbt_project.warehouse import LOADED_AT, Warehouse

MERCHANT = "MERCHANT00001"
NOON = datetime(2026, 3, 2, 17, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SALES_TAX, CITY_TAX, VAT = 887_500, 37_500, 2_000_000


def milliseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(milliseconds=1)


@dataclass(frozen=True)
class Row:
    """One line item; discounts: a whole percentage, or an amount below 0."""

    price: int
    unit_qty: int | None = None
    extras: int = 0
    discounts: tuple[int, ...] = ()
    rates: tuple[int, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)


class Account:
    """One merchant, filled row by row."""

    def __init__(self, warehouse: Warehouse, connection_id: str = "shop") -> None:
        self.warehouse = warehouse
        self.connection_id = connection_id
        self._numbers = count(1)

    def add(self, table: str, **values: Any) -> None:
        self.warehouse.insert(f"raw_clover.{table}", [{"connection_id": self.connection_id, **values}])

    def merchant(self, **values: Any) -> None:
        told = {"merchant_id": MERCHANT, "currency": "USD", "timezone": "America/New_York", "summary_hour": 0}
        self.add("properties", **{**told, **values})
        self.add("merchants", id=MERCHANT, name="Corner shop")

    def order(
        self,
        order_id: str,
        rows: Sequence[Row],
        *,
        total: int,
        tax: int = 0,
        paid: int | None = None,
        discounts: Sequence[int] = (),
        at: datetime = NOON,
        **values: Any,
    ) -> None:
        told = {"payment_state": "PAID", "currency": "USD", "merchant_id": MERCHANT, "is_vat": False}
        made = milliseconds(at)
        times = {"created_ms": made, "client_created_ms": made, "modified_ms": made}
        self.add("orders", **{**told, **times, "id": order_id, "total": total, **values})
        of_order = {"order_id": order_id, "order_modified_ms": made}
        for number, row in enumerate(rows, start=1):
            of_line = {**of_order, "line_id": f"{order_id}.{number}"}
            line = {"item_id": "ITEM", "price": row.price, "unit_qty": row.unit_qty, **row.more}
            self.add("order_lines", **of_order, id=of_line["line_id"], **line)
            self.add("line_modifications", **of_line, id="m", amount=row.extras)
            for discount in row.discounts:
                self.add("line_discounts", **of_line, **self._discount(discount))
            for rate in row.rates:
                self.add("line_tax_rates", **of_line, id=f"t{rate}", rate=rate)
        for discount in discounts:
            self.add("order_discounts", **of_order, **self._discount(discount))
        if paid != 0:
            self.payment(order_id, total if paid is None else paid, tax, at=at)

    def payment(self, order_id: str, amount: int, tax: int, *, at: datetime = NOON, **values: Any) -> None:
        told = {"merchant_id": MERCHANT, "result": "SUCCESS", "client_created_ms": milliseconds(at)}
        payment = {"id": f"{order_id}.p{next(self._numbers)}", "amount": amount, "tax_amount": tax}
        self.add("payments", **{**told, **payment, "order_id": order_id, "modified_ms": 1, **values})

    def refund(self, order_id: str, amount: int, *, lines: Sequence[str] = (), **values: Any) -> None:
        refund_id = f"{order_id}.r{next(self._numbers)}"
        made = milliseconds(NOON + timedelta(days=40))
        told = {"merchant_id": MERCHANT, "status": "SUCCESS", "client_created_ms": made}
        self.add("refunds", **{**told, "id": refund_id, "order_id": order_id, "amount": amount, **values})
        for line_id in lines:
            self.add("refund_lines", refund_id=refund_id, line_id=line_id)

    def _discount(self, discount: int) -> dict[str, Any]:
        kind = "percentage" if discount > 0 else "amount"
        return {"id": f"d{next(self._numbers)}", kind: discount}


TWELVE = Row(1200, extras=200, discounts=(-100,), rates=(SALES_TAX,))
BY_THE_CALCULATOR: dict[str, tuple[list[Row], list[int], int, int, int]] = {
    "documented": (
        [TWELVE, Row(1000, extras=200, discounts=(25,), rates=(SALES_TAX,))],
        [10],
        1980,
        176,
        2156,
    ),
    "units": (
        [
            *[Row(333, rates=(SALES_TAX,))] * 3,
            Row(250, extras=60, discounts=(15,), rates=(SALES_TAX, CITY_TAX)),
        ],
        [-500, 10],
        636,
        56,
        692,
    ),
    "weighed": (
        [Row(999, 1234, extras=55, discounts=(50,), rates=(SALES_TAX,)), Row(101, 500)],
        [7],
        646,
        53,
        699,
    ),
    "two_percentages": (
        [Row(1999, discounts=(-100, 10, 20), rates=(SALES_TAX,)), Row(105, rates=(SALES_TAX,))],
        [10, 5],
        1194,
        106,
        1300,
    ),
    "inclusive": ([Row(1250, rates=(VAT,)), Row(333, rates=(VAT,)), Row(500)], [10], 1875, 238, 1875),
    "more_than_all": ([Row(1000, rates=(SALES_TAX,))], [-5000], 0, 0, 0),
}
"""Order → its rows, its discounts; discounted subtotal, tax and total."""


@pytest.fixture(scope="module")
def staged(warehouse: Warehouse) -> Warehouse:
    """The staging models of one merchant with an order a story."""
    account = Account(warehouse)
    account.merchant()
    for name, (rows, discounts, _, tax, total) in BY_THE_CALCULATOR.items():
        is_vat = name == "inclusive"
        account.order(name, rows, discounts=discounts, total=total, tax=tax, is_vat=is_vat)
        account.order(f"unpaid_{name}", rows, discounts=discounts, total=total, paid=0, is_vat=is_vat)
    for story in (
        orders_that_are_no_sales,
        rows_that_are_no_goods,
        an_edited_order,
        refunds,
        nights,
    ):
        story(account)
    orders_that_were_looked_for(Account(warehouse, "looked"))
    elsewhere = Account(warehouse, "elsewhere")
    elsewhere.merchant(set_timezone="Europe/London", set_cutoff_minutes=0, summary_hour=4)
    elsewhere.order("o", [Row(100)], total=100, at=datetime(2026, 3, 2, 2, tzinfo=UTC))
    warehouse.run("run", "--select", "path:models/staging/clover", "path:models/changes/new_state.sql")
    return warehouse


def of_order(staged: Warehouse, table: str, order_id: str) -> list[dict[str, Any]]:
    return staged.query(
        f"from staging.stg_clover__{table} where order_id = 'shop:{order_id}' order by native_id"
    )


def order(staged: Warehouse, order_id: str) -> dict[str, Any]:
    (row,) = of_order(staged, "orders", order_id)
    return row


def cents(rows: Sequence[Mapping[str, Any]], column: str) -> int:
    return int(sum((Decimal(row[column]) for row in rows), Decimal(0)) * 100)


@pytest.mark.parametrize("name", BY_THE_CALCULATOR)
def test_lines_add_up_to_what_clovers_calculator_says(staged: Warehouse, name: str) -> None:
    _, _, subtotal, tax, total = BY_THE_CALCULATOR[name]
    lines = of_order(staged, "order_lines", name)
    inside = tax if name == "inclusive" else 0
    assert cents(lines, "gross_sales") - cents(lines, "discounts") == subtotal - inside
    assert cents(lines, "tax") == tax == cents([order(staged, name)], "tax")
    assert cents([order(staged, name)], "stated_total") == total
    assert all(line["gross_sales"] >= line["discounts"] >= 0 for line in lines)


@pytest.mark.parametrize("name", BY_THE_CALCULATOR)
def test_the_tax_of_an_unpaid_order_follows_from_its_rates_to_the_cent(staged: Warehouse, name: str) -> None:
    _, _, _, tax, total = BY_THE_CALCULATOR[name]
    (unpaid,) = of_order(staged, "orders", f"unpaid_{name}")
    assert abs(cents([unpaid], "tax") - tax) <= 1
    assert cents([unpaid], "unpaid_balance") == total


def test_an_order_discount_is_spread_by_what_rows_cost_after_their_own(staged: Warehouse) -> None:
    # 500 and 10 % of 1262 make 626 of 333, 333, 333 and 263: 165, 165, 165 and 130, and 1 more for the first
    lines = of_order(staged, "order_lines", "units")
    assert [int(line["discounts"] * 100) for line in lines] == [166, 165, 165, 47 + 130]


def orders_that_are_no_sales(account: Account) -> None:
    account.order("test", [Row(100)], total=100, test_mode=True)
    account.order("marked", [Row(100)], total=100, deleted_ms=milliseconds(NOON))
    account.order("open", [Row(100)], total=100, paid=0, payment_state="OPEN")
    account.order("credited", [], total=0, paid=0, payment_state="CREDITED")
    account.order("voided", [Row(100)], total=100, paid=0, payment_state="OPEN")
    account.payment("voided", 100, 0, result="VOIDED")
    account.order("for_nothing", [Row(100, discounts=(100,))], total=0, paid=0, payment_state="PAID")
    account.refund("test", 100)


def test_test_orders_and_unpaid_ones_are_no_sales(staged: Warehouse) -> None:
    names = ("test", "marked", "open", "credited", "voided", "for_nothing", "documented")
    assert [name for name in names if order(staged, name)["is_sale"]] == ["for_nothing", "documented"]
    assert order(staged, "test")["state"] == "test"
    assert of_order(staged, "refunds", "test") == []


def orders_that_were_looked_for(account: Account) -> None:
    account.merchant()
    account.add("order_searches", merchant_id=MERCHANT, created_since_ms=milliseconds(NOON) - 1)
    for name in ("found", "gone", "told_since"):
        loaded_at = LOADED_AT + timedelta(hours=name == "told_since")
        account.order(name, [Row(100)], total=100, loaded_at=loaded_at)
    account.order("too_old_to_look_for", [Row(100)], total=100, at=NOON - timedelta(days=200))
    account.add("orders_seen", id="found")
    account.add("orders_seen", id="gone", loaded_at=LOADED_AT - timedelta(days=1))
    account.refund("gone", 100)


def test_an_order_that_was_looked_for_and_not_found_stops_counting(staged: Warehouse) -> None:
    rows = staged.query("from staging.stg_clover__orders where connection_id = 'looked'")
    assert {row["native_id"] for row in rows if row["is_sale"]} == {
        "found",
        "told_since",
        "too_old_to_look_for",
    }
    assert {row["native_id"] for row in rows if row["state"] == "deleted"} == {"gone"}
    assert staged.query("from staging.stg_clover__refunds where connection_id = 'looked'") == []
    payments = staged.query("from staging.stg_clover__payments where connection_id = 'looked'")
    assert {row["order_id"] for row in payments if row["status"] == "canceled"} == {"looked:gone"}


def rows_that_are_no_goods(account: Account) -> None:
    account.order(
        "mixed",
        [
            Row(1000),
            Row(2500, more={"is_revenue": False}),
            Row(300, more={"is_order_fee": True, "is_revenue": False, "item_id": None}),
            Row(700, more={"exchanged": True}),
            Row(450, more={"item_id": None}),
        ],
        total=4250,
        discounts=[10],
        paid=0,
    )
    account.payment("mixed", 4255, 0, tip_amount=60, service_charge_amount=200)
    account.add("payment_charges", payment_id="unknown", id="c", amount=1)


def test_fees_gift_cards_and_exchanged_rows_are_no_goods(staged: Warehouse) -> None:
    lines = of_order(staged, "order_lines", "mixed")
    assert [(line["line_kind"], line["is_voided"]) for line in lines] == [
        ("item", False),
        ("gift_card", False),
        ("item", True),
        ("custom", False),
    ]
    # a tenth of 39.50: fees and exchanged rows are left alone, gift cards are not
    assert [int(line["discounts"] * 100) for line in lines] == [100, 250, 0, 45]
    mixed = order(staged, "mixed")
    assert [mixed["service_charges"], mixed["tips"]] == [Decimal("5"), Decimal("0.60")]


def an_edited_order(account: Account) -> None:
    account.order("edited", [Row(100), Row(200), Row(300)], total=600, discounts=[-50])
    before = milliseconds(NOON) - 60_000
    for table in ("order_lines", "order_discounts"):
        old = {"order_id": "edited", "order_modified_ms": before, "id": "gone"}
        account.add(table, **old, **({"price": 900} if table == "order_lines" else {"amount": -90}))


def test_what_an_edit_removed_does_not_count(staged: Warehouse) -> None:
    lines = of_order(staged, "order_lines", "edited")
    assert [cents(lines, "gross_sales"), cents(lines, "discounts")] == [600, 50]


def refunds(account: Account) -> None:
    rows = [Row(1000, rates=(SALES_TAX,)), Row(1000, rates=(SALES_TAX,)), Row(500)]
    account.order("returned", rows, discounts=[-250], total=2410, tax=160, payment_state="PARTIALLY_REFUNDED")
    # one unit with its tenth of the discount and its tax, with a tip; then 3.00 for no goods
    account.refund("returned", 980 + 100, lines=["returned.2"], tax_amount=80, tip_amount=100)
    account.refund("returned", 300)
    account.refund("returned", 300, status="FAIL")
    account.refund("returned", 300, voided=True)
    account.add(
        "credits",
        id="credit",
        order_id="of_the_credit",
        merchant_id=MERCHANT,
        amount=1_088,
        tax_amount=88,
        result="SUCCESS",
        client_created_ms=milliseconds(NOON),
    )


def test_a_refund_gives_back_the_row_with_its_discount_on_its_own_day(staged: Warehouse) -> None:
    (line,) = of_order(staged, "return_lines", "returned")
    assert line["order_line_id"] == "shop:returned:returned.2"
    assert [line["quantity"], line["gross_amount"], line["discounts"]] == [1, 10, 1]
    assert str(line["business_date"]) == "2026-04-11"
    with_goods, without = of_order(staged, "refunds", "returned")
    names = ("goods", "tax", "tips", "unitemized_amount")
    assert [int(with_goods[name] * 100) for name in names] == [900, 80, 100, 0]
    assert [int(without[name] * 100) for name in names] == [0, 0, 0, 300]


def test_a_credit_names_no_goods(staged: Warehouse) -> None:
    (credit,) = staged.query("from staging.stg_clover__refunds where native_id = 'credit'")
    assert [credit["unitemized_amount"], credit["tax"], credit["order_id"]] == [10, Decimal("0.88"), None]


def nights(account: Account) -> None:
    for name, moment in NIGHTS.items():
        account.order(name, [Row(100)], total=100, at=datetime.fromisoformat(moment))


NIGHTS = {
    "before_spring": "2026-03-08 04:59:59.999+00:00",
    "spring_forward": "2026-03-08 05:00:00+00:00",
    "autumn_back": "2026-11-01 06:30:00+00:00",
}


def test_days_follow_the_merchants_clock_to_the_millisecond(staged: Warehouse) -> None:
    days = {name: str(order(staged, name)["business_date"]) for name in NIGHTS}
    assert days == {
        "before_spring": "2026-03-07",
        "spring_forward": "2026-03-08",
        "autumn_back": "2026-11-01",
    }
    (exact,) = staged.query(
        "select epoch_ms(ordered_at) as ms from staging.stg_clover__orders where native_id = 'before_spring'"
    )
    assert exact["ms"] == milliseconds(datetime.fromisoformat(NIGHTS["before_spring"]))


def test_the_settings_count_before_the_merchants_properties(staged: Warehouse) -> None:
    places = {
        row["connection_id"]: (row["timezone"], row["business_day_cutoff_minutes"])
        for row in staged.query("from staging.stg_clover__locations")
    }
    assert places == {
        "shop": ("America/New_York", 0),
        "looked": ("America/New_York", 0),
        "elsewhere": ("Europe/London", 0),
    }
    (row,) = staged.query("from staging.stg_clover__orders where connection_id = 'elsewhere'")
    assert str(row["business_date"]) == "2026-03-02"
