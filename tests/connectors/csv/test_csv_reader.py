import codecs
import csv
import gzip
import io
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.core.errors import DataFormatError
from tests.connectors.csv.files import COLUMNS, Read, connection, read_file

HEADER = "Receipt,Time,Item,Qty,Price\n"
Reader = Callable[..., Read]


def test_a_byte_order_mark_is_no_part_of_the_first_column(read: Reader) -> None:
    got = read(codecs.BOM_UTF8 + f"{HEADER}1,2024-01-05 10:00,Tea,2,1.50\n".encode())
    assert got.sales[0]["order_id"] == "1"


def test_semicolons_and_decimal_commas_are_read(read: Reader) -> None:
    got = read(
        "Receipt;Time;Item;Qty;Price\n1;05.01.2024 10:00;Tee;2,5;1.234,56\n",
        delimiter=";",
        decimal_mark=",",
        date_format="%d.%m.%Y %H:%M",
    )
    assert (got.sales[0]["quantity"], got.sales[0]["unit_price"]) == (Decimal("2.5"), Decimal("1234.56"))


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "latin-1"])
def test_another_encoding_is_read_when_it_is_named(read: Reader, encoding: str) -> None:
    got = read(f"{HEADER}1,2024-01-05 10:00,Café crème,1,2.00\n".encode(encoding), encoding=encoding)
    assert got.sales[0]["item_name"] == "Café crème"


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_a_file_that_is_not_utf_8_says_so(read: Reader, encoding: str) -> None:
    with pytest.raises(DataFormatError, match=r"sales\.csv is not written in utf-8 .* set encoding"):
        read(f"{HEADER}1,2024-01-05 10:00,Café,1,2.00\n".encode(encoding))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_a_line_end(read: Reader, end: str) -> None:
    lines = ["Receipt,Time,Item,Qty,Price", "1,2024-01-05 10:00,Tea,1,2.00", "2,2024-01-05 10:00,Tea,1,2.00"]
    assert [row["line_number"] for row in read(end.join(lines)).sales] == [2, 3]


def test_a_quoted_line_break_moves_the_line_numbers_below_it(read: Reader) -> None:
    rows = '1,2024-01-05 10:00,"Tea\n(green,\nloose)",1,2.00\n\n2,2024-01-05 10:00,Milk,x,1.00\n'
    got = read(HEADER + rows + "3,2024-01-05 10:00,Jam,1,3.00\n" * 40)
    assert got.sales[0]["item_name"] == "Tea\n(green,\nloose)"
    assert [row["line_number"] for row in got.sales[:2]] == [2, 7]
    assert got.reasons == [(6, "quantity is no number with the decimal mark '.'")]


def test_a_short_or_long_row_is_rejected_without_its_text(read: Reader) -> None:
    got = read(HEADER + "1,2024-01-05 10:00,Jane Doe,1\n2,2024-01-05 10:00,Tea,1,2.00,9,9\n")
    assert [row["position"] for row in got.rejected] == ["2", "3"]
    assert got.rejected[0]["reason"].startswith("4 fields where the header has 5; the text is withheld")
    assert got.rejected[1]["reason"].startswith("7 fields where the header has 5; the text is withheld")
    assert [row["text"] for row in got.rejected] == [None, None]


def test_a_stray_quotation_mark_rejects_its_line_only(read: Reader) -> None:
    got = read(HEADER + '1,2024-01-05 10:00,"Tea" green,1,2.00\n2,2024-01-05 10:00,12" plate,1,2.00\n')
    assert [row["item_name"] for row in got.sales] == ['12" plate']
    assert got.rejected[0]["position"] == "2"
    assert "quotation mark" in got.rejected[0]["reason"]


@pytest.mark.parametrize(
    "last",
    ["4,2024-01-05 10:00,Tea,1,2.00", '4,2024-01-05 10:00,7",1,2.00', '4,2024-01-05 10:00,7" x,1,2.00'],
)
def test_an_open_quotation_mark_that_swallows_lines_fails_the_file(read: Reader, last: str) -> None:
    middle = "2,2024-01-05 10:00,Tea,1,2.00\n3,2024-01-05 10:00,Tea,1,2.00\n"
    with pytest.raises(DataFormatError, match=r"lines 2 to 5 read as one row .* near line 2"):
        read(HEADER + '1,2024-01-05 10:00,"12 inch,1,2.00\n' + middle + last)


def test_totals_and_blank_rows_are_skipped_and_counted(read: Reader) -> None:
    rows = "1,2024-01-05 10:00,Tea,1,2.00\n,,,,\n\nTotal,,,1,2.00\nGrand total: 2.00\n"
    got = read(HEADER + rows, footer=["Total", "Grand total"])
    assert (len(got.sales), got.rejected, got.skipped) == (1, [], 3)


def test_a_file_with_a_header_alone_holds_no_sales(read: Reader) -> None:
    got = read(HEADER)
    assert (got.sales, got.rejected, got.skipped) == ([], [], 0)


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_an_empty_file_says_so(read: Reader, content: str) -> None:
    with pytest.raises(DataFormatError, match=r"sales\.csv is empty"):
        read(content)


def test_a_packed_file_is_read_and_a_damaged_one_says_so(read: Reader) -> None:
    packed = gzip.compress(f"{HEADER}1,2024-01-05 10:00,Tea,1,2.00\n".encode() * 50)
    assert read(gzip.compress(f"{HEADER}1,2024-01-05 10:00,Tea,1,2.00\n".encode()), "a.csv.gz").skipped == 0
    with pytest.raises(DataFormatError, match=r"cut\.csv\.gz is damaged or not complete"):
        read(packed[:-20], "cut.csv.gz")
    with pytest.raises(DataFormatError, match=r"text\.csv\.gz is damaged or not complete"):
        read("no gzip at all", "text.csv.gz")


def test_a_missing_column_is_named_with_those_that_are_there(read: Reader) -> None:
    with pytest.raises(DataFormatError, match=r"no column 'Qty', .*: Receipt, Time, Item, Amount, Price"):
        read("Receipt,Time,Item,Amount,Price\n")


def test_a_first_line_that_is_no_header_is_not_repeated(read: Reader) -> None:
    with pytest.raises(DataFormatError) as caught:
        read("1,2024-01-05 10:00,Jane Doe,1,2.00\n")
    assert "none of the mapped columns" in str(caught.value)
    assert "Jane" not in str(caught.value)


def test_a_mapped_column_that_stands_there_twice_fails_the_file(read: Reader) -> None:
    with pytest.raises(DataFormatError, match="two columns 'Price'"):
        read("Receipt,Time,Item,Qty,Price,Price\n1,2024-01-05 10:00,Tea,1,2.00,3.00\n")


def test_an_unmapped_column_may_stand_there_twice(read: Reader) -> None:
    got = read("Receipt,Time,Item,Qty,Price,Note,Note\n1,2024-01-05 10:00,Tea,1,2.00,a,b\n")
    assert len(got.sales) == 1


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).map(str.strip).filter(bool)
PRICES = st.decimals(min_value=0, max_value=99999, places=3, allow_nan=False)
QUANTITIES = st.integers(min_value=1, max_value=10_000)
TIMES = st.datetimes(min_value=datetime(2001, 1, 1), max_value=datetime(2025, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0)
)
GOOD = st.tuples(TEXTS, TIMES, TEXTS, QUANTITIES, PRICES).map(lambda row: ("good", row))
BAD = st.tuples(TEXTS, TIMES, TEXTS, st.just("many"), PRICES).map(lambda row: ("bad", row))
NONE = st.tuples(TEXTS, TIMES, st.just("NONE"), QUANTITIES, PRICES).map(lambda row: ("none", row))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.one_of(GOOD, GOOD, BAD, NONE), max_size=25),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    decimal_mark=st.sampled_from([".", ","]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    end=st.sampled_from(["\n", "\r\n"]),
    packed=st.booleans(),
)
def test_any_table_in_any_dialect_is_read_back_exactly(
    tmp_path: Path,
    rows: list[tuple[str, tuple[str, datetime, str, object, Decimal]]],
    delimiter: str,
    decimal_mark: str,
    quoting: int,
    end: str,
    packed: bool,
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=end)
    writer.writerow(COLUMNS.values())
    for _, (order, moment, item, quantity, price) in rows:
        writer.writerow([order, moment.isoformat(" "), item, quantity, str(price).replace(".", decimal_mark)])
    content = text.getvalue().encode()
    path = tmp_path / ("sales.csv.gz" if packed else "sales.csv")
    path.write_bytes(gzip.compress(content) if packed else content)

    got = read_file(
        path,
        connection(
            timezone="UTC",
            delimiter=delimiter,
            decimal_mark=decimal_mark,
            not_a_sale={"column": "Item", "equals": "NONE"},
        ),
    )

    none = [row for kind, row in rows if kind == "none" or row[2] == "NONE"]
    good = [row for kind, row in rows if kind == "good" and row[2] != "NONE"]
    assert got.skipped == len(none)
    assert len(got.sales) + len(got.rejected) + got.skipped == len(rows)
    assert [
        (s["order_id"], s["sold_at"].replace(tzinfo=None), s["item_name"], s["quantity"], s["unit_price"])
        for s in got.sales
    ] == good
