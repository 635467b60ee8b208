from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.core.hashing import keyed_hash
from connectors.core.tables import DECIMAL
from connectors.csv.orders import spread
from tests.connectors.csv.files import COLUMNS, HASH_KEY, Read

HEADER = "Receipt,Time,Item,Qty,Price\n"
Reader = Callable[..., Read]


def only(read: Read) -> dict[str, Any]:
    assert read.rejected == []
    assert len(read.sales) == 1
    return read.sales[0]


def test_a_returns_rule_on_a_column_gives_goods_back_without_a_sign(read: Reader) -> None:
    row = only(
        read(HEADER + "C7,2024-01-05 10:00,Tea,-2,1.50\n", returns={"column": "Receipt", "starts_with": "C"})
    )
    assert (row["row_kind"], row["quantity"], row["unit_price"]) == ("return", Decimal(2), Decimal("1.5"))


@pytest.mark.parametrize(("quantity", "price"), [("-2", "1.50"), ("2", "-1.50"), ("2", "1.50")])
def test_a_return_may_be_written_with_a_minus_anywhere_or_nowhere(
    read: Reader, quantity: str, price: str
) -> None:
    content = f"Receipt,Time,Item,Qty,Price,Type\n7,2024-01-05 10:00,Tea,{quantity},{price},Refund\n"
    row = only(read(content, returns={"column": "Type", "equals": "Refund"}))
    assert (row["row_kind"], row["quantity"], row["unit_price"]) == ("return", Decimal(2), Decimal("1.5"))


def test_a_negative_quantity_is_a_return_where_the_rule_says_so(read: Reader) -> None:
    row = only(read(HEADER + "7,2024-01-05 10:00,Tea,-2,1.50\n", returns={"quantity": "negative"}))
    assert (row["row_kind"], row["quantity"]) == ("return", Decimal(2))


def test_without_a_rule_a_negative_quantity_is_rejected(read: Reader) -> None:
    got = read(HEADER + "7,2024-01-05 10:00,Tea,-2,1.50\n")
    assert got.sales == []
    assert got.reasons == [
        (2, "quantity is negative, and no rule says that the row is a return or a write-off")
    ]


def test_a_write_off_is_what_the_returns_rule_leaves(read: Reader) -> None:
    rows = "7,2024-01-05 10:00,Tea,-2,0\nC8,2024-01-05 10:00,Tea,-3,0\n9,2024-01-05 10:00,Tea,-1,1\n"
    got = read(
        HEADER + rows,
        returns={"column": "Receipt", "starts_with": "C"},
        write_offs={"quantity": "negative", "price": "zero"},
    )
    assert [(row["row_kind"], row["quantity"]) for row in got.sales] == [
        ("write_off", Decimal(2)),
        ("return", Decimal(3)),
    ]
    assert [line for line, _ in got.reasons] == [4]


def test_a_sale_at_no_price_is_a_sale_of_nothing(read: Reader) -> None:
    row = only(read(HEADER + "7,2024-01-05 10:00,Tea,2,0.00\n"))
    assert (row["row_kind"], row["quantity"], row["unit_price"]) == ("sale", Decimal(2), Decimal(0))


def test_a_negative_price_is_rejected_and_the_row_told(read: Reader) -> None:
    got = read(HEADER + "7,2024-01-05 10:00,Bad debt,1,-11.06\n")
    assert got.sales == []
    assert got.rejected == [
        {
            "source": "sales.csv",
            "position": "2",
            "native_id": "7",
            "reason": "unit_price is negative",
            "text": "Receipt=7; Time=2024-01-05 10:00; Item=Bad debt; Qty=1; Price=-11.06",
        }
    ]


def test_without_quantity_and_price_each_row_is_one_unit_and_no_money(read: Reader) -> None:
    columns = {"order_id": "Receipt", "sold_at": ["Date", "Time"], "item_name": "Item"}
    content = "Date,Time,Receipt,Item\n2024-01-05,10:00,7,Bread\n2024-01-05,10:00,7,NONE\n"
    got = read(content, columns=columns, not_a_sale={"column": "Item", "equals": "NONE"})
    row = only(got)
    assert got.skipped == 1
    assert (row["quantity"], row["unit_price"], row["gross_sales"]) == (Decimal(1), None, None)
    assert (row["item_id"], row["line_kind"], row["location_id"]) == ("Bread", "item", "shop")


def test_several_columns_make_one_order_id(read: Reader) -> None:
    columns = {**COLUMNS, "order_id": ["Till", "Receipt"]}
    content = "Till,Receipt,Time,Item,Qty,Price\nA,7,2024-01-05 10:00,Tea,1,1\n,8,2024-01-05 10:00,Tea,1,1\n"
    assert [row["order_id"] for row in read(content, columns=columns).sales] == ["A-7", "8"]


def test_constants_and_currency_fill_every_row(read: Reader) -> None:
    row = only(
        read(HEADER + "7,2024-01-05 10:00,Tea,1,1\n", constants={"channel": "market", "location_id": "Stall"})
    )
    assert (row["channel"], row["location_id"], row["currency"]) == ("market", "Stall", "GBP")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",2024-01-05 10:00,Tea,1,1", "order_id is empty"),
        ("7,,Tea,1,1", "sold_at is empty"),
        ("7,soon,Tea,1,1", "sold_at is no date in the format iso"),
        ("7,2024-03-31 01:30,Tea,1,1", "sold_at does not exist in Europe/London: the clocks skip this hour"),
        ("7,2024-01-05 10:00,Tea,,1", "quantity is empty"),
        ("7,2024-01-05 10:00,Tea,two,1", "quantity is no number with the decimal mark '.'"),
        ('7,2024-01-05 10:00,Tea,1,"1,50"', "unit_price is no number with the decimal mark '.'"),
    ],
)
def test_each_fault_is_told_with_its_line(read: Reader, row: str, reason: str) -> None:
    got = read(f"{HEADER}{row}\n8,2024-01-05 10:00,Tea,1,1\n")
    assert got.reasons == [(2, reason)]
    assert [sale["order_id"] for sale in got.sales] == ["8"]


def test_sales_before_the_start_date_are_skipped(read: Reader) -> None:
    rows = "7,2024-06-30 23:59,Tea,1,1\n8,2024-07-01 00:00,Tea,1,1\n"
    got = read(HEADER + rows, start_date=date(2024, 7, 1))
    assert (only(got)["order_id"], got.skipped) == ("8", 1)


def test_the_surest_name_of_an_item_is_its_id(read: Reader) -> None:
    columns = {**COLUMNS, "variation_name": "Size", "sku": "SKU"}
    content = (
        "Receipt,Time,Item,Size,SKU,Qty,Price\n7,2024-01-05 10:00,Tea,Large,T-1,1,1\n"
        "7,2024-01-05 10:00,Tea,Large,,1,1\n7,2024-01-05 10:00,Tea,,,1,1\n7,2024-01-05 10:00,,Large,,1,1\n"
    )
    got = read(content, columns=columns).sales
    assert [(row["item_id"], row["line_kind"]) for row in got] == [
        ("T-1", "item"),
        ("Tea / Large", "item"),
        ("Tea", "item"),
        (None, "custom"),
    ]


def test_a_customer_is_kept_as_a_keyed_hash_and_never_shown(read: Reader) -> None:
    columns = {**COLUMNS, "customer_id": "Customer"}
    header = "Receipt,Time,Item,Qty,Price,Customer,Email\n"
    rows = (
        "7,2024-01-05 10:00,Tea,1,1,C-55,jane@example.com\n8,2024-01-05 10:00,Tea,x,1,C-55,jane@example.com\n"
    )
    got = read(header + rows, columns=columns)
    assert got.sales[0]["customer_key"] == keyed_hash("C-55", hash_key=HASH_KEY, scope="shop")
    assert "C-55" not in str(got)
    assert "jane" not in str(got)


def test_a_return_turns_its_discount_and_tax_with_it(read: Reader) -> None:
    columns = {
        "order_id": "Receipt",
        "sold_at": "Time",
        "item_name": "Item",
        "gross_sales": "Gross",
        "discount": "Off",
        "tax": "Tax",
    }
    content = (
        "Receipt,Time,Item,Gross,Off,Tax,Type\n"
        "7,2024-01-05 10:00,Tea,$10.00,-$1.00,$0.90,Payment\n"
        "8,2024-01-05 11:00,Tea,-$10.00,$1.00,-$0.90,Refund\n"
    )
    got = read(
        content,
        columns=columns,
        returns={"column": "Type", "equals": "Refund"},
        discounts_are_negative=True,
    )
    assert [row["row_kind"] for row in got.sales] == ["sale", "return"]
    for row in got.sales:
        assert (row["gross_sales"], row["discount"], row["tax"]) == (Decimal(10), Decimal(1), Decimal("0.9"))


def test_a_discount_of_the_wrong_sign_is_rejected(read: Reader) -> None:
    columns = {**COLUMNS, "discount": "Off"}
    got = read("Receipt,Time,Item,Qty,Price,Off\n7,2024-01-05 10:00,Tea,1,5,-1\n", columns=columns)
    assert got.reasons == [(2, "discount has another sign than discounts_are_negative says")]


CENTS = st.decimals(min_value=0, max_value=1000, places=2, allow_nan=False)


@given(st.lists(st.tuples(CENTS, st.lists(CENTS, min_size=1, max_size=8)), max_size=6))
def test_an_order_discount_is_spread_to_the_cent_in_proportion(
    orders: list[tuple[Decimal, list[Decimal]]],
) -> None:
    ids = [str(number) for number, (_, values) in enumerate(orders) for _ in values]
    amounts = [amount if row == 0 else None for amount, values in orders for row, _ in enumerate(values)]
    weights = [value for _, values in orders for value in values]
    shares = spread(
        pa.array(amounts, DECIMAL), pa.array(ids, pa.string()), pa.array(weights, pa.decimal256(61, 20))
    ).to_pylist()
    start = 0
    for amount, values in orders:
        own = shares[start : start + len(values)]
        start += len(values)
        assert sum(own) == amount
        assert all(share == round(share, 2) for share in own)
        if sum(values):
            exact = [amount * value / sum(values) for value in values]
            worst = max(abs(share - part) for share, part in zip(own, exact, strict=True))
            assert worst <= Decimal("0.01")
