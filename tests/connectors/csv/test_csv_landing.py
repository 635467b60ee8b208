import gzip
import os
from datetime import time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.core.errors import DataFormatError
from connectors.csv.settings import CsvConnection
from tests.connectors.csv.files import COLUMNS, NOW, Warehouse, connection

HEADER = "Receipt,Time,Item,Qty,Price,Email\n"


def row(order: str, item: str = "Tea", quantity: str = "1", price: str = "2.00") -> str:
    return f"{order},2024-01-05 10:00,{item},{quantity},{price},jane@example.com\n"


def drop(inbox: Path, name: str, content: str, age: int = 0) -> None:
    """Puts a file in the inbox; the greater its age, the earlier it was last changed."""
    path = inbox / name
    path.write_bytes(gzip.compress(content.encode()) if name.endswith(".gz") else content.encode())
    changed = NOW.timestamp() - age
    os.utime(path, (changed, changed))


@pytest.fixture
def shop(inbox: Path) -> CsvConnection:
    return connection(inbox=inbox)


def test_a_file_lands_and_is_left_where_it_was(
    warehouse: Warehouse, inbox: Path, shop: CsvConnection
) -> None:
    drop(inbox, "sales.csv", HEADER + row("1") + row("2"))
    before = (inbox / "sales.csv").stat()
    landed = warehouse.land(shop)
    assert (landed.rows["sales"], landed.rejected) == (2, 0)
    assert warehouse.rows("select order_id, quantity * unit_price from raw_csv.sales order by 1") == [
        ("1", Decimal(2)),
        ("2", Decimal(2)),
    ]
    assert warehouse.rows(
        "select file_name, rows_read, rows_loaded, rows_rejected, rows_skipped, load_order from raw_csv.files"
    ) == [("sales.csv", 2, 2, 0, 0, 1)]
    after = (inbox / "sales.csv").stat()
    assert (before.st_mtime_ns, before.st_ino, before.st_size) == (
        after.st_mtime_ns,
        after.st_ino,
        after.st_size,
    )


def test_the_same_sales_again_change_nothing_under_any_name(
    warehouse: Warehouse, inbox: Path, shop: CsvConnection
) -> None:
    drop(inbox, "sales.csv", HEADER + row("1"))
    warehouse.land(shop)
    everything = (
        "select * from raw_csv.sales",
        "select * from raw_csv.files",
        "select * from raw_csv.locations",
    )
    before = [warehouse.rows(query) for query in everything]
    drop(inbox, "copy of sales.csv", HEADER + row("1"))
    drop(inbox, "sales.csv.gz", HEADER + row("1"))
    landed = warehouse.land(shop, NOW + timedelta(hours=1))
    assert set(landed.rows.values()) == {0}
    assert [warehouse.rows(query) for query in everything] == before


def test_what_is_loaded_is_known_by_the_warehouse_not_by_this_machine(
    warehouse: Warehouse, inbox: Path, shop: CsvConnection, tmp_path: Path
) -> None:
    drop(inbox, "sales.csv", HEADER + row("1"))
    warehouse.land(shop)
    warehouse.pipelines = tmp_path / "another machine"
    assert warehouse.land(shop).rows["sales"] == 0


def test_a_changed_file_is_a_new_file_and_newer_loads_count_higher(
    warehouse: Warehouse, inbox: Path, shop: CsvConnection
) -> None:
    drop(inbox, "b.csv", HEADER + row("1"), age=20)
    drop(inbox, "a.csv", HEADER + row("2"), age=10)
    warehouse.land(shop)
    drop(inbox, "b.csv", HEADER + row("1") + row("3"))
    warehouse.land(shop)
    assert warehouse.rows("select file_name, load_order from raw_csv.files order by load_order") == [
        ("b.csv", 1),
        ("a.csv", 2),
        ("b.csv", 3),
    ]
    assert warehouse.rows("select count(*) from raw_csv.sales") == [(4,)]


def test_a_corrected_mapping_reads_loaded_files_again_and_leaves_no_stale_rows(
    warehouse: Warehouse, inbox: Path
) -> None:
    drop(inbox, "old.csv", HEADER + row("1") + row("2", item="NONE"), age=10)
    drop(inbox, "new.csv", HEADER + row("3"))
    warehouse.land(connection(inbox=inbox))
    warehouse.land(connection(inbox=inbox, not_a_sale={"column": "Item", "equals": "NONE"}))
    assert warehouse.rows("select order_id from raw_csv.sales order by 1") == [("1",), ("3",)]
    assert warehouse.rows("select file_name, load_order, rows_skipped from raw_csv.files order by 2") == [
        ("old.csv", 1, 1),
        ("new.csv", 2, 0),
    ]


def test_rows_that_cannot_be_read_are_kept_with_file_line_and_reason(
    warehouse: Warehouse, inbox: Path, shop: CsvConnection
) -> None:
    drop(inbox, "sales.csv", HEADER + row("1") * 30 + row("2", price="-1") + "3,short\n")
    landed = warehouse.land(connection(inbox=inbox, max_rejected_share=0.1))
    assert (landed.rows["sales"], landed.rejected) == (30, 2)
    rejected = warehouse.rows(
        "select source, position, native_id, reason, text from raw_csv.rejected_rows order by position"
    )
    assert rejected[0] == (
        "sales.csv",
        "32",
        "2",
        "unit_price is negative",
        "Receipt=2; Time=2024-01-05 10:00; Item=Tea; Qty=1; Price=-1",
    )
    assert rejected[1][:3] == ("sales.csv", "33", None)
    assert rejected[1][4] is None


def test_a_file_with_too_many_unreadable_rows_loads_nothing(
    warehouse: Warehouse, inbox: Path, shop: CsvConnection
) -> None:
    drop(inbox, "good.csv", HEADER + row("1"), age=10)
    warehouse.land(shop)
    drop(inbox, "bad.csv", HEADER + row("2") * 9 + row("3", price="1.5.0"))
    with pytest.raises(DataFormatError) as caught:
        warehouse.land(shop)
    assert "bad.csv was not loaded: 1 of 10 rows cannot be read" in str(caught.value)
    assert "unit_price is no number with the decimal mark '.'" in str(caught.value)
    assert warehouse.rows("select order_id from raw_csv.sales") == [("1",)]
    assert not warehouse.has("raw_csv.rejected_rows")
    drop(inbox, "bad.csv", HEADER + row("2") * 9)
    assert warehouse.land(shop).rows["sales"] == 9


def test_a_cutoff_that_changes_reaches_the_store_without_a_new_file(
    warehouse: Warehouse, inbox: Path, shop: CsvConnection
) -> None:
    drop(inbox, "sales.csv", HEADER + row("1"))
    warehouse.land(shop)
    later = connection(inbox=inbox, business_day_cutoff=time(4, 0), store_name="High Street")
    assert warehouse.land(later).rows["sales"] == 0
    assert warehouse.rows(
        "select id, name, timezone, currency, business_day_cutoff_minutes from raw_csv.locations"
    ) == [("shop", "High Street", "Europe/London", "GBP", 240)]


def test_every_store_that_a_file_names_is_a_location(warehouse: Warehouse, inbox: Path) -> None:
    drop(inbox, "sales.csv", "Receipt,Time,Item,Qty,Price,Store\n1,2024-01-05 10:00,Tea,1,2,North\n")
    drop(inbox, "more.csv", "Receipt,Time,Item,Qty,Price,Store\n1,2024-01-05 10:00,Tea,1,2,South\n")
    warehouse.land(connection(inbox=inbox, columns={**COLUMNS, "location_id": "Store"}))
    assert warehouse.rows("select id, name from raw_csv.locations order by id") == [
        ("North", "North"),
        ("South", "South"),
    ]


def test_an_empty_inbox_is_no_error_and_a_missing_one_says_what_to_do(
    warehouse: Warehouse, inbox: Path, shop: CsvConnection
) -> None:
    assert set(warehouse.land(shop).rows.values()) == {0}
    with pytest.raises(DataFormatError, match="does not exist: create the folder"):
        warehouse.land(connection(inbox=inbox / "nowhere"))


def test_people_in_unmapped_columns_stay_out_of_every_byte(
    warehouse: Warehouse, inbox: Path, tmp_path: Path
) -> None:
    header = "Receipt,Time,Item,Qty,Price,Customer,Email,Notes\n"
    good = "1,2024-01-05 10:00,Tea,1,2,CUST-4711,jane@example.com,ring twice\n" * 30
    bad = "2,2024-01-05 10:00,Tea,x,2,CUST-4712,joe@example.com,ring once\n3,Jim Roe,jim@example.com\n"
    drop(inbox, "sales.csv", header + good + bad)
    columns = {**COLUMNS, "customer_id": "Customer"}
    warehouse.land(connection(inbox=inbox, columns=columns, max_rejected_share=0.5))
    assert warehouse.rows("select count(*), count(distinct customer_key) from raw_csv.sales") == [(30, 1)]
    for path in tmp_path.rglob("*"):
        if path.is_file() and inbox not in path.parents:
            content = path.read_bytes()
            for word in (b"CUST-47", b"example.com", b"ring twice", b"ring once", b"Jim Roe"):
                assert word not in content, f"{word!r} is in {path}"
