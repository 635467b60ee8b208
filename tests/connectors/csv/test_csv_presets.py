"""Each preset on a file with the columns that the vendor documents, people's data included."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.core.errors import DataFormatError
from connectors.csv.layout import Layout
from connectors.csv.reader import Dialect, SalesFile
from tests.connectors.csv.files import Read, connection, read_file

Reader = Callable[..., Read]
PEOPLE = ("Jane Doe", "jane@example.com", "+1 555 0100", "ring the bell")


def test_the_plain_layout_needs_no_mapping(read: Reader) -> None:
    content = (
        "order_id,sold_at,item_name,quantity,unit_price,currency\n"
        "1,2024-01-05T10:00:00Z,Tea,2,1.50,EUR\n"
        "1,2024-01-05T10:00:00Z,Tea,-1,1.50,EUR\n"
    )
    got = read(content, columns={}, preset="plain", currency=None)
    assert [(row["row_kind"], row["quantity"], row["currency"]) for row in got.sales] == [
        ("sale", Decimal(2), "EUR"),
        ("return", Decimal(1), "EUR"),
    ]


def test_the_plain_layout_without_currency_says_what_to_set(read: Reader) -> None:
    with pytest.raises(DataFormatError, match=r"no column 'currency': set currency in the connection shop"):
        read("order_id,sold_at,item_name\n", columns={}, preset="plain", currency=None)


SHOPIFY = (
    "Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Created at,"
    "Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Billing Name,Shipping Phone,Notes,Location,"
    "Payment Method,Source\n"
    "#1001,jane@example.com,paid,2024-05-01 10:00:00 -0400,USD,27.00,5.00,2.70,34.70,3.00,"
    "2024-05-01 23:58:12 -0400,2,Crew Tee - S,10.00,TEE-S,Jane Doe,+1 555 0100,ring the bell,,"
    "Shopify Payments,web\n"
    "#1001,jane@example.com,,,,,,,,,2024-05-01 23:58:12 -0400,1,Mug,10.00,MUG,,,,,,\n"
    "#1002,jane@example.com,paid,2024-05-02 10:00:00 -0400,USD,8.00,0,0,8.00,0.00,"
    "2024-05-02 09:00:00 -0400,1,Mug,8.00,MUG,Jane Doe,,,High Street,Cash,pos\n"
    "#1002,,,,,,,,,,,1,Bag,0.00,,,,,,,\n"
)


def test_shopify_orders_share_what_only_their_first_row_tells(read: Reader) -> None:
    got = read(SHOPIFY, preset="shopify_orders", columns={}, timezone="America/New_York", currency="USD")
    assert got.rejected == []
    assert [row["sold_at"] for row in got.sales] == [
        datetime(2024, 5, 2, 3, 58, 12, tzinfo=UTC),
        datetime(2024, 5, 2, 3, 58, 12, tzinfo=UTC),
        datetime(2024, 5, 2, 13, tzinfo=UTC),
        datetime(2024, 5, 2, 13, tzinfo=UTC),
    ]
    assert [row["discount"] for row in got.sales] == [Decimal(2), Decimal(1), Decimal(0), Decimal(0)]
    assert [row["tax"] for row in got.sales] == [Decimal("2.7"), None, Decimal(0), None]
    assert [row["payment_method"] for row in got.sales] == ["Shopify Payments"] * 2 + ["Cash"] * 2
    assert [row["location_id"] for row in got.sales] == ["shop", "shop", "High Street", "High Street"]
    assert not any(word in str(got) for word in PEOPLE)


TOAST = (
    "Location,Order Id,Order #,Sent Date,Order Date,Check Id,Server,Table,Dining Option,Item Selection Id,"
    "Item Id,Master Id,SKU,Menu Item,Menu Group,Sales Category,Gross Price,Discnt,Net Price,Qty,Tax,Void?,"
    "Deferred,Tab Name\n"
    "Main,100,1,05/01/2024 12:00:00,05/01/2024 11:58:00,9,Jane Doe,4,Dine In,1,11,500,,Burger,Mains,Food,"
    "24.00,2.00,22.00,2,1.76000,False,False,Jane Doe\n"
    "Main,100,1,05/01/2024 12:00:00,05/01/2024 11:58:00,9,Jane Doe,4,Dine In,2,12,501,,Soda,Drinks,Drinks,"
    "3.00,0.00,3.00,1,0.24000,True,False,\n"
    "Main,101,2,5/1/24 1:05 PM,5/1/24 1:05 PM,10,Jane Doe,,Take Out,3,13,502,,Gift Card,,,"
    "50.00,0.00,50.00,1,0.00000,False,True,\n"
)


def test_toast_voids_are_no_sale_and_deferred_items_are_gift_cards(read: Reader) -> None:
    got = read(TOAST, preset="toast_item_selections", columns={}, timezone="America/Chicago", currency="USD")
    assert (got.rejected, got.skipped) == ([], 1)
    burger, card = got.sales
    assert (burger["item_id"], burger["quantity"], burger["gross_sales"], burger["discount"]) == (
        "500",
        Decimal(2),
        Decimal(24),
        Decimal(2),
    )
    assert burger["sold_at"] == datetime(2024, 5, 1, 16, 58, tzinfo=UTC)
    assert card["sold_at"] == datetime(2024, 5, 1, 18, 5, tzinfo=UTC)
    assert (burger["line_kind"], card["line_kind"]) == ("item", "gift_card")
    assert not any(word in str(got) for word in PEOPLE)


SQUARE = (
    "Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,Discounts,"
    "Net Sales,Tax,Transaction ID,Payment ID,Device Name,Notes,Details,Event Type,Location,Dining Option,"
    "Customer ID,Customer Name,Customer Reference ID,Unit,Count\n"
    '2024-05-01,10:15:00,Eastern Time (US & Canada),Coffee,Latte,2.0,Large,L-1,,"$1,010.00",-$1.00,'
    '"$1,009.00",$0.80,T1,P1,iPad,ring the bell,,Payment,Main,For Here,CUST9,Jane Doe,,,2\n'
    "2024-05-03,12:00:00,Eastern Time (US & Canada),Coffee,Latte,-1.0,Large,L-1,,-$5.00,$0.50,-$4.50,-$0.40,"
    "T2,P2,iPad,,,Refund,Main,For Here,CUST9,Jane Doe,,,1\n"
    "2024-05-03,12:05:00,Eastern Time (US & Canada),,Custom Amount,1.0,,,,($0.00),$0.00,$0.00,$0.00,"
    "T3,P3,iPad,,,Payment,Main,,,,,,1\n"
)


def test_square_refunds_are_returns_on_their_own_day_without_signs(read: Reader) -> None:
    got = read(SQUARE, preset="square_items", columns={}, timezone="America/New_York", currency="USD")
    assert got.rejected == []
    sale, refund, _ = got.sales
    assert (sale["row_kind"], sale["gross_sales"], sale["discount"], sale["tax"]) == (
        "sale",
        Decimal(1010),
        Decimal(1),
        Decimal("0.8"),
    )
    assert (
        refund["row_kind"],
        refund["quantity"],
        refund["gross_sales"],
        refund["discount"],
        refund["tax"],
    ) == (
        "return",
        Decimal(1),
        Decimal(5),
        Decimal("0.5"),
        Decimal("0.4"),
    )
    assert refund["sold_at"] == datetime(2024, 5, 3, 16, tzinfo=UTC)
    assert sale["customer_key"] == refund["customer_key"] != "CUST9"
    assert not any(word in str(got) for word in PEOPLE)


def test_a_connections_own_column_goes_before_the_presets(read: Reader) -> None:
    content = TOAST.replace("Discnt", "Discount")
    settings = {"preset": "toast_item_selections", "timezone": "America/Chicago", "currency": "USD"}
    with pytest.raises(DataFormatError, match="no column 'Discnt'"):
        read(content, columns={}, **settings)
    assert read(content, columns={"discount": "Discount"}, **settings).sales[0]["discount"] == Decimal(2)


@given(sizes=st.lists(st.integers(1, 5), min_size=1, max_size=12), rows=st.integers(1, 7))
def test_orders_stay_whole_however_the_file_is_cut(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], rows: int
) -> None:
    columns = "Name,Created at,Discount Amount,Currency,Taxes"
    lines = [f"{columns},Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku"]
    for order, size in enumerate(sizes):
        lines.append(f"#{order},2024-05-01 10:00:00 +0000,1.00,USD,0,1,Mug,10.00,MUG")
        lines.extend(f"#{order},,,,,1,Mug,10.00,MUG" for _ in range(size - 1))
    path = tmp_path_factory.mktemp("orders") / "orders.csv"
    path.write_text("\n".join(lines))
    settings = connection(preset="shopify_orders", columns={}, currency="USD")
    batches = list(Layout.of(settings, SalesFile(path, Dialect(",", "utf-8", ()))).batches(rows))
    seen = [batch.columns["Name"].unique().to_pylist() for batch in batches]
    assert [name for names in seen for name in names] == [f"#{order}" for order in range(len(sizes))]
    got = read_file(path, settings)
    assert sum(row["discount"] for row in got.sales) == len(sizes)
    assert len({row["sold_at"] for row in got.sales}) == 1
