"""A build reads what changed alone, and ends with what a build from nothing holds: the mean changes."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dbt_project.warehouse import OWN_TESTS, Warehouse, copied
from tests.end_to_end.growing import rows_that_differ

FIRST = datetime(2026, 3, 3, 9, tzinfo=UTC)
MODELS = ("path:models/staging", "path:models/changes", "path:models/unified")


class Nights:
    """A warehouse that is loaded and built night by night."""

    def __init__(self, pos: str, folder: Path) -> None:
        self.pos = pos
        self.folder = folder
        self.warehouse = Warehouse(
            folder / "warehouse.duckdb", {"as_of_date": "2026-03-20"}
        ).create_raw_tables()
        self.loaded_at = FIRST
        self._built: dict[tuple[str, str], datetime] = {}

    def add(self, table: str, *rows: Mapping[str, Any]) -> None:
        """New rows of this night."""
        stamped = [{"connection_id": "c", "loaded_at": self.loaded_at, **row} for row in rows]
        self.warehouse.insert(f"raw_{self.pos}.{table}", stamped)

    def change(self, table: str, where: str, to: str = "") -> None:
        """Rows that are read again this night, as they were or otherwise."""
        others = f", {to}" if to else ""
        stamp = f"timestamptz '{self.loaded_at.isoformat()}'"
        self._execute(f"update raw_{self.pos}.{table} set loaded_at = {stamp}{others} where {where}")

    def remove(self, table: str, where: str) -> None:
        """Rows that are there no longer."""
        self._execute(f"delete from raw_{self.pos}.{table} where {where}")

    def build(self) -> set[str]:
        """Builds, and begins the next night.

        Returns:
            The native ids of the orders, payments and refunds that were written.
        """
        self.warehouse.run("build", *OWN_TESTS, "--select", *MODELS)
        before, self._built = self._built, self._stamps()
        self.loaded_at += timedelta(days=1)
        return {name for (table, name), at in self._built.items() if before.get((table, name)) != at}

    def build_up_to(self, model: str, *arguments: str) -> None:
        """A build that ends before a model and all that stands on it, as one does that fails or is killed."""
        self.warehouse.run("run", *arguments, "--select", *MODELS, "--exclude", f"{model}+")
        self.loaded_at += timedelta(days=1)

    def assert_is_as_built_from_nothing(self) -> None:
        """The unified layer is what a build from nothing makes of the same rows."""
        rebuilt = self.folder / "rebuilt" / "warehouse.duckdb"
        rebuilt.parent.mkdir()
        copied(self.warehouse.path, rebuilt)
        Warehouse(rebuilt, self.warehouse.variables).run("run", "--full-refresh", "--select", *MODELS)
        assert rows_that_differ(self.warehouse.path, rebuilt) == {}

    def _stamps(self) -> dict[tuple[str, str], datetime]:
        tables = " union all ".join(
            f"select '{table}' as named, native_id, built_at from unified.{table}"
            for table in ("orders", "payments", "refunds")
        )
        return {(row["named"], row["native_id"]): row["built_at"] for row in self.warehouse.query(tables)}

    def _execute(self, sql: str) -> None:
        with duckdb.connect(str(self.warehouse.path)) as connection:
            connection.execute(f"set timezone = 'UTC'; {sql}")

    def value(self, sql: str) -> Any:
        (row,) = self.warehouse.query(sql)
        (value,) = row.values()
        return value


@pytest.fixture
def nights(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Nights]:
    nights = Nights(request.param, tmp_path)
    yield nights
    nights.assert_is_as_built_from_nothing()


def gid(kind: str, number: object) -> str:
    return f"gid://shopify/{kind}/{number}"


def shopify_order(nights: Nights, number: int, *lines: int) -> None:
    """An order of 2 March, paid, of lines at 10.00."""
    total = 10 * len(lines)
    nights.add(
        "orders",
        {
            "id": gid("Order", number), "number": str(number), "processed_at": "2026-03-02 17:00:00+00",
            "updated_at": "2026-03-02 17:00:00+00", "currency": "USD", "financial_status": "PAID",
            "total_price": total, "total_received": total,
        },
    )  # fmt: skip
    nights.add(
        "order_transactions",
        {
            "id": gid("OrderTransaction", number), "order_id": gid("Order", number), "kind": "SALE",
            "status": "SUCCESS", "gateway": "cash", "processed_at": "2026-03-02 17:00:00+00", "amount": total,
        },
    )  # fmt: skip
    shopify_agreement(nights, number, number, "ORDER", "2026-03-02 17:00:00+00", *lines)


def shopify_agreement(
    nights: Nights, number: int, order: int, reason: str, at: str, *lines: int, sign: int = 1
) -> None:
    nights.add(
        "sales_agreements",
        {
            "id": gid("Agreement", number), "order_id": gid("Order", order),
            "reason": reason, "happened_at": at,
        },
    )  # fmt: skip
    nights.add(
        "sales",
        *(
            {
                "id": gid("Sale", f"{number}{line}"), "agreement_id": gid("Agreement", number),
                "action_type": "ORDER" if sign > 0 else "RETURN", "line_type": "PRODUCT", "quantity": sign,
                "line_item_id": gid("LineItem", line), "variant_id": gid("ProductVariant", line),
                "item_title": f"Item {line}", "unit_price": 10, "total_amount": 10 * sign,
            }
            for line in lines
        ),
    )  # fmt: skip


def shopify_listing(nights: Nights, *orders: int) -> None:
    """The listing of the last weeks, which takes the place of the one before, as ids do that it names."""
    nights.remove("order_listings", "true")
    nights.add(
        "order_listings",
        {
            "listing": "last weeks", "listed_from": "2026-02-01 00:00:00+00",
            "listed_until": "2026-03-03 00:00:00+00",
        },
    )  # fmt: skip
    for order in orders:
        nights.remove("order_ids", f"id = '{gid('Order', order)}'")
        nights.add("order_ids", {"id": gid("Order", order)})


@pytest.mark.parametrize("nights", ["shopify"], indirect=True)
def test_shopifys_orders_are_edited_given_back_deleted_and_told_again(nights: Nights) -> None:
    nights.add("shop", {"id": "s", "timezone": "America/New_York", "currency": "USD"})
    for number, *lines in ((1, 11), (2, 21, 22), (3, 31), (4, 41), (5, 51)):
        shopify_order(nights, number, *lines)
    nights.build()

    # order 1 gives its goods back days later; order 2 loses a line; orders 3 and 4 are told no more
    for number in (1, 2):
        order = f"'{gid('Order', number)}'"
        nights.change("orders", f"id = {order}", "updated_at = timestamptz '2026-03-04 12:00:00+00'")
        nights.change("order_transactions", f"order_id = {order}")
        nights.change("sales_agreements", f"order_id = {order}")
    nights.change("sales", f"agreement_id = '{gid('Agreement', 1)}' or id = '{gid('Sale', 221)}'")
    shopify_agreement(nights, 9, 1, "RETURN", "2026-03-04 12:00:00+00", 11, sign=-1)
    shopify_listing(nights, 1, 2, 5)
    assert nights.build() == {"1", "1:9", "2", "3", "4"}
    assert nights.value("select count(*) from unified.orders where state = 'deleted'") == 2
    assert nights.value("select count(*) from unified.order_lines where order_id = 'c:2'") == 1

    # nothing is new but the listing
    shopify_listing(nights, 1, 2, 5)
    assert nights.build() == set()

    # the search was behind: order 3 is there after all
    shopify_listing(nights, 1, 2, 3, 5)
    assert nights.build() == {"3"}
    assert nights.value("select count(*) from unified.orders where state = 'deleted'") == 1

    # the shop's day ends later: all orders may be of another day
    nights.change("shop", "true", "business_day_cutoff_minutes = 900")
    assert nights.build() == {"1", "1:9", "2", "3", "4", "5"}
    assert nights.value("select max(business_date)::text from unified.orders") == "2026-03-01"


@pytest.mark.parametrize("nights", ["shopify"], indirect=True)
def test_what_a_build_that_failed_had_written_is_written_again_though_it_changed_back(nights: Nights) -> None:
    nights.add("shop", {"id": "s", "timezone": "America/New_York", "currency": "USD"})
    for number in (1, 2, 3):
        shopify_order(nights, number, number)
    nights.build()

    # the shop's day ends later, and order 3 is missing: orders are written, what is sold by line is not
    nights.change("shop", "true", "business_day_cutoff_minutes = 900")
    shopify_listing(nights, 1, 2)
    nights.build_up_to("sales_lines")
    assert nights.value("select max(business_date)::text from unified.orders") == "2026-03-01"
    assert nights.value("select count(*) from unified.orders where state = 'deleted'") == 1

    # both were mistakes: everything is as the last whole build had it
    nights.change("shop", "true", "business_day_cutoff_minutes = null")
    shopify_listing(nights, 1, 2, 3)
    assert nights.build() == {"1", "2", "3"}
    assert nights.value("select max(business_date)::text from unified.orders") == "2026-03-02"
    assert nights.value("select count(*) from unified.orders where state = 'deleted'") == 0
    assert nights.build() == set()


@pytest.mark.parametrize("nights", ["shopify"], indirect=True)
def test_models_that_are_built_by_hand_keep_what_the_others_hold(nights: Nights) -> None:
    nights.add("shop", {"id": "s", "timezone": "America/New_York", "currency": "USD"})
    for number in (1, 2):
        shopify_order(nights, number, number)
    nights.build()
    for table in ("orders", "order_transactions", "sales_agreements", "sales"):
        nights.change(table, "true")
    nights.build()
    kept = "select sum(gross_sales) from unified.orders where counts_as_sale"
    assert nights.value(kept) == 20
    nights.warehouse.run("run", "--select", "order_lines", "orders", "payments")
    assert nights.value(kept) == 20

    # chosen after a build that failed, as when it is run again from where it failed
    shopify_order(nights, 3, 3)
    nights.build_up_to("orders")
    nights.warehouse.run("run", "--select", "orders", "payments", "sales_lines")
    assert nights.value(kept) == 30
    assert nights.build() == {"3"}


@pytest.mark.parametrize("nights", ["shopify"], indirect=True)
def test_shopifys_stock_is_told_of_what_is_tracked_from_its_first_day_on(nights: Nights) -> None:
    nights.add("shop", {"id": "s", "timezone": "America/New_York", "currency": "USD"})
    nights.add("locations", {"id": gid("Location", 1), "name": "Main street"})

    def stock(item: int) -> None:
        of_item = {"location_id": gid("Location", 1), "inventory_item_id": gid("InventoryItem", item)}
        observed = {"observed_on": f"{nights.loaded_at:%Y-%m-%d}", "observed_at": nights.loaded_at}
        nights.add("inventory_levels", {**of_item, **observed, "name": "on_hand", "quantity": item})

    def variant(item: int, *, tracked: bool) -> None:
        of_item = {"id": gid("ProductVariant", item), "inventory_item_id": gid("InventoryItem", item)}
        nights.add("product_variants", {**of_item, "tracks_inventory": tracked})

    variant(1, tracked=True)
    variant(2, tracked=False)
    for item in (1, 2, 3):
        stock(item)
    nights.build()

    # item 1 is no longer tracked, 2 is now, and of 3 the stock was read before the item
    for item in (1, 2):
        nights.change(
            "product_variants", f"id = '{gid('ProductVariant', item)}'", f"tracks_inventory = {item == 2}"
        )
    variant(3, tracked=True)
    stock(3)
    nights.build()
    levels = "select list(on_hand::integer order by on_hand) from unified.inventory_levels"
    assert nights.value(levels) == [2, 3, 3]


def milliseconds(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def clover_order(nights: Nights, name: str, state: str = "PAID") -> None:
    """An order of two rows at 10.00 of which nothing was paid yet."""
    made = milliseconds("2026-03-02T17:00:00+00:00")
    nights.add(
        "orders",
        {
            "id": name, "merchant_id": "m", "currency": "USD", "total": 2000, "payment_state": state,
            "created_ms": made, "modified_ms": made,
        },
    )  # fmt: skip
    nights.add(
        "order_lines",
        *(
            {"order_id": name, "order_modified_ms": made, "id": f"{name}{row}", "item_id": "i", "price": 1000}
            for row in (1, 2)
        ),
    )


def clover_payment(nights: Nights, name: str, order: str | None) -> None:
    made = milliseconds("2026-03-02T18:00:00+00:00")
    nights.add(
        "payments",
        {
            "id": name, "order_id": order, "merchant_id": "m", "tender_id": "t", "amount": 2000,
            "result": "SUCCESS", "created_ms": made, "modified_ms": made,
        },
    )  # fmt: skip


def clover_search(nights: Nights, *orders: str) -> None:
    """The search of the last days, which takes the place of the one before, as ids do that it found."""
    nights.remove("order_searches", "true")
    nights.add(
        "order_searches", {"merchant_id": "m", "created_since_ms": milliseconds("2026-02-20T00:00:00+00:00")}
    )
    for order in orders:
        nights.remove("orders_seen", f"id = '{order}'")
        nights.add("orders_seen", {"id": order})


@pytest.mark.chaos
@pytest.mark.parametrize("nights", ["clover"], indirect=True)
def test_clovers_payments_and_refunds_change_orders_that_are_not_told_again(nights: Nights) -> None:
    nights.add("properties", {"merchant_id": "m", "currency": "USD", "timezone": "UTC", "summary_hour": 0})
    nights.add("merchants", {"id": "m", "name": "Corner shop"})
    nights.add("tenders", {"id": "t", "label_key": "com.clover.tender.cash"})
    for name, state in (("paid", "PAID"), ("open", "OPEN"), ("gone", "PAID"), ("still", "PAID")):
        clover_order(nights, name, state)
    for name, order in (("p1", "paid"), ("p3", "gone"), ("p4", "still"), ("p5", None), ("p6", "unknown")):
        clover_payment(nights, name, order)
    nights.build()

    # only the payment of an open order arrives, and a refund days after its sale, in the middle of the night
    clover_payment(nights, "p2", "open")
    refunded = milliseconds("2026-03-04T01:30:00+00:00")
    refund = {"merchant_id": "m", "amount": 1000, "created_ms": refunded}
    nights.add("refunds", {"id": "r1", "order_id": "paid", "payment_id": "p1", **refund})
    nights.add("refund_lines", {"refund_id": "r1", "line_id": "paid1"})
    nights.add("credits", {"id": "c1", **refund})
    clover_search(nights, "paid", "open", "still")
    assert nights.build() == {"paid", "p1", "r1", "open", "p2", "gone", "p3", "c1"}
    assert nights.value("select count(*) from unified.orders where counts_as_sale") == 3
    assert nights.value("select count(*) from unified.return_lines") == 1

    # the payment without an order gets one, an order arrives after its payment, another is found again; the
    # bank refuses the refund
    nights.change("payments", "id = 'p5'", "order_id = 'still'")
    clover_order(nights, "unknown")
    nights.change("refunds", "id = 'r1'", "status = 'FAIL'")
    nights.change("refund_lines", "refund_id = 'r1'")
    clover_search(nights, "paid", "open", "still", "gone", "unknown")
    assert nights.build() == {"p5", "still", "p4", "unknown", "p6", "paid", "p1", "gone", "p3"}
    assert nights.value("select count(*) from unified.orders where counts_as_sale") == 5

    # nothing is new but a tender that no payment names
    nights.add("tenders", {"id": "u", "label_key": "com.clover.paypal"})
    assert len(nights.build()) > 10
    assert nights.build() == set()


def clover_stock(nights: Nights, *items: str) -> None:
    """A shop that counts five of each item."""
    nights.add("properties", {"merchant_id": "m", "currency": "USD", "timezone": "UTC", "summary_hour": 0})
    nights.add("merchants", {"id": "m", "name": "Corner shop"})
    for item in items:
        nights.add("items", {"id": item, "name": item})
        nights.add(
            "item_stocks",
            {
                "item_id": item, "merchant_id": "m", "quantity": 5, "observed_on": "2026-03-03",
                "observed_at": "2026-03-03 09:00:00+00",
            },
        )  # fmt: skip


@pytest.mark.parametrize("nights", ["clover"], indirect=True)
def test_stock_that_clover_no_longer_counts_is_not_kept_from_the_same_morning(nights: Nights) -> None:
    clover_stock(nights, "i", "j")
    nights.build()
    nights.change("item_stocks", "item_id = 'i'", "quantity = null")
    nights.build()
    assert nights.value("select list(item_id) from unified.inventory_levels") == ["c:j"]


def csv_rows(nights: Nights, file: str, *rows: tuple[str | None, str, str], first_line: int = 1) -> None:
    """Rows of a file: order number, store, item."""
    nights.add(
        "sales",
        *(
            {
                "file_hash": file, "line_number": line, "row_kind": "write_off" if order == "W" else "sale",
                "order_id": order, "location_id": store, "item_id": item, "item_name": f"{item} of {file}",
                "sold_at": "2026-03-02 17:00:00+00", "quantity": 1, "unit_price": 10,
                "payment_method": "Cash",
            }
            for line, (order, store, item) in enumerate(rows, start=first_line)
        ),
    )  # fmt: skip


def csv_file(nights: Nights, name: str, load_order: int, *rows: tuple[str | None, str, str]) -> None:
    nights.add("files", {"file_hash": name, "file_name": name, "load_order": load_order})
    csv_rows(nights, name, *rows)


@pytest.mark.parametrize("nights", ["csv"], indirect=True)
def test_what_was_taken_in_is_never_away_while_other_threads_ask_for_it(nights: Nights) -> None:
    place = "select table_oid from duckdb_tables() where schema_name = 'staging' and table_name = 'taken_in'"
    nights.add(
        "locations", {"id": "A", "timezone": "UTC", "currency": "GBP", "when_order_repeats": "replace"}
    )
    csv_file(nights, "first", 1, ("1", "A", "tea"))
    nights.build()
    before = nights.value(place)
    csv_file(nights, "second", 2, ("2", "A", "tea"))
    assert nights.build() == {"2", "2:cash"}
    assert nights.value(place) == before


@pytest.mark.parametrize("nights", ["csv"], indirect=True)
def test_files_replace_split_rename_and_withdraw_what_older_ones_held(nights: Nights) -> None:
    nights.add(
        "locations",
        *(
            {"id": store, "timezone": "UTC", "currency": "GBP", "when_order_repeats": "replace"}
            for store in ("A", "B")
        ),
    )
    csv_file(
        nights, "one", 1, ("1", "A", "tea"), ("1", "A", "jam"), ("2", "A", "tea"), ("3", "A", "tea"),
        (None, "A", "tea"), ("W", "A", "tea"), ("W", "A", "jam"),
    )  # fmt: skip
    assert nights.build() == {"1", "1:cash", "2", "2:cash", "3", "3:cash", "one:5", "one:5:cash"}

    # order 1 loses a line, number 2 is given by another store too, less was written off than was said
    csv_file(nights, "two", 2, ("1", "A", "jam"), ("2", "B", "jam"), ("W", "A", "tea"))
    assert nights.build() == {"1", "1:cash", "A:2", "A:2:cash", "B:2", "B:2:cash"}
    assert nights.value("select count(*) from unified.inventory_movements") == 1

    # a corrected mapping reads the second file again: what were orders 1 and 2 there has other numbers, and
    # the older file's rows count again
    nights.remove("sales", "file_hash = 'two'")
    nights.remove("files", "file_hash = 'two'")
    csv_file(nights, "two", 2, ("8", "A", "jam"), ("9", "B", "jam"))
    nights.build()
    ids = {row["native_id"] for row in nights.warehouse.query("select native_id from unified.orders")}
    assert ids == {"1", "2", "3", "8", "9", "one:5"}
    assert nights.value("select count(*) from unified.inventory_movements") == 2
    assert nights.build() == set()

    # parts of orders stand in several files from now on
    nights.change("locations", "true", "when_order_repeats = 'add'")
    csv_file(nights, "three", 3, ("3", "A", "jam"))
    nights.build()
    assert nights.value("select count(*) from unified.order_lines where order_id = 'c:3'") == 2


CONSTANTS = {"amounts_in": "major", "default_currency": "EUR", "default_timezone": "UTC"}


def generic_order(nights: Nights, name: str, kind: str = "order", **values: Any) -> None:
    """A completed record of one line at 10.00."""
    direction = "sale" if kind == "order" else "return"
    of_record = {"record_kind": kind, "order_id": name}
    nights.add(
        "orders",
        {
            **CONSTANTS, **of_record, "version": "v", "direction": direction, "location_id": "L",
            "state": "completed", "sold_at": "2026-03-02 17:00:00+00", "total": 10, "paid": 10, **values,
        },
    )  # fmt: skip
    nights.add(
        "order_lines",
        {
            **of_record, "order_version": values.get("version", "v"), "line_id": "1", "direction": direction,
            "line_kind": "item", "item_id": "tea", "item_name": f"Tea of {name}", "quantity": 1,
            "unit_price": 10,
        },
    )  # fmt: skip


def generic_payment(nights: Nights, name: str, order: str | None) -> None:
    nights.add(
        "payments",
        {
            **CONSTANTS, "payment_id": name, "order_id": order, "location_id": "L", "method": "cash",
            "status": "completed", "paid_at": "2026-03-04 08:00:00+00", "amount": 10,
        },
    )  # fmt: skip


@pytest.mark.chaos
@pytest.mark.parametrize("nights", ["generic"], indirect=True)
def test_a_payment_that_is_corrected_leaves_its_first_order_though_a_build_fails(nights: Nights) -> None:
    for name, order in (("p1", "a"), ("p2", "b")):
        generic_order(nights, order)
        generic_payment(nights, name, order)
    nights.build()
    nights.change("payments", "payment_id = 'p1'", "order_id = 'b'")
    nights.build_up_to("reconciliation_differences")
    assert nights.build() == {"a", "b", "p1", "p2"}
    differing = nights.value("select count(*) from unified.reconciliation_differences where order_id = 'c:a'")
    assert differing == 1


@pytest.mark.parametrize("nights", ["generic"], indirect=True)
def test_a_full_refresh_that_was_killed_is_made_whole_by_the_next_build(nights: Nights) -> None:
    for name in ("a", "b"):
        generic_order(nights, name)
    generic_payment(nights, "p", "a")
    nights.build()
    unpaid = "select list(order_id) from unified.reconciliation_differences"
    assert nights.value(unpaid) == ["c:b"]
    # the payment was b's; payments say so already, what is held against them does not
    nights.change("payments", "payment_id = 'p'", "order_id = 'b'")
    nights.build_up_to("reconciliation_differences", "--full-refresh")
    nights.build()
    assert nights.value(unpaid) == ["c:a"]
    assert nights.build() == set()


@pytest.mark.parametrize("nights", ["clover"], indirect=True)
def test_stock_of_a_first_build_that_was_killed_is_not_kept_when_it_is_taken_back(nights: Nights) -> None:
    clover_stock(nights, "i", "j")
    nights.build_up_to("sales_lines")
    nights.change("item_stocks", "item_id = 'i'", "quantity = null")
    nights.build()
    assert nights.value("select list(item_id) from unified.inventory_levels") == ["c:j"]


@pytest.mark.parametrize("nights", ["generic"], indirect=True)
def test_a_corrected_clock_of_a_custom_api_moves_all_of_its_sales(nights: Nights) -> None:
    close_of_day: dict[str, Any] = {"default_timezone": "Europe/Vienna", "business_day_cutoff_minutes": 240}
    generic_order(nights, "old", sold_at="2026-03-02 01:30:00+00", **close_of_day)
    nights.build()
    assert nights.value("select business_date::text from unified.orders") == "2026-03-01"
    # the store is in Lisbon, and closes its day at midnight; the next sale is in another store
    corrected: dict[str, Any] = {"default_timezone": "Europe/Lisbon", "business_day_cutoff_minutes": 0}
    generic_order(nights, "new", location_id="M", **corrected)
    assert "old" in nights.build()
    assert (
        nights.value("select business_date::text from unified.orders where native_id = 'old'") == "2026-03-02"
    )
    stores = nights.warehouse.query(
        "select native_id, timezone, business_day_cutoff_minutes as minutes from unified.locations order by 1"
    )
    assert stores == [{"native_id": store, "timezone": "Europe/Lisbon", "minutes": 0} for store in ("L", "M")]


@pytest.mark.chaos
@pytest.mark.parametrize("nights", ["generic"], indirect=True)
def test_what_a_custom_api_corrects_is_followed(nights: Nights) -> None:
    for name in ("a", "b", "d"):
        generic_order(nights, name)
    for name, order in (("p1", "a"), ("p2", "late"), ("p3", None)):
        generic_payment(nights, name, order)
    nights.build()

    # an order arrives after its payment, which then counts on the order's day; a return and a refund come
    # days after their sales
    generic_order(nights, "late")
    generic_order(nights, "a", "return", original_order_id="a", sold_at="2026-03-04 17:00:00+00")
    nights.add(
        "refunds",
        {
            **CONSTANTS, "refund_id": "r", "order_id": "b", "location_id": "L", "status": "completed",
            "refunded_at": "2026-03-04 17:00:00+00", "amount": 5,
        },
    )  # fmt: skip
    assert nights.build() == {"late", "p2", "return:a", "refund:r"}
    assert (
        nights.value("select business_date::text from unified.payments where native_id = 'p2'")
        == "2026-03-02"
    )

    # a payment turns out to be another order's; an order loses its line; a refund fails
    nights.change("payments", "payment_id = 'p1'", "order_id = 'b'")
    nights.change("orders", "order_id = 'd'", "version = 'w', total = 0, paid = 0")
    nights.change("refunds", "true", "status = 'failed'")
    assert nights.build() == {"a", "b", "p1", "d"}
    assert nights.value("select count(*) from unified.order_lines where order_id = 'c:d'") == 0
    assert nights.value("select count(*) from unified.refunds where native_id = 'refund:r'") == 0

    # a list of stores appears, and says another time zone than the connection's settings
    nights.add("locations", {**CONSTANTS, "location_id": "L", "name": "Tokyo", "timezone": "Asia/Tokyo"})
    assert {"a", "b", "d", "late"} <= nights.build()
    assert nights.value("select min(business_date)::text from unified.orders") == "2026-03-03"
    assert nights.build() == set()


def test_an_exchange_of_an_exchange_keeps_the_items_of_the_first_sale(tmp_path: Path) -> None:
    nights = Nights("square", tmp_path)
    nights.add(
        "locations", {"id": "s", "currency": "USD", "timezone": "UTC", "business_day_cutoff_minutes": 0}
    )
    orders = {"first": "V", "second": "W", "third": None}
    for number, (order, item) in enumerate(orders.items()):
        at = FIRST - timedelta(days=9 - number)
        nights.add(
            "orders",
            {"id": order, "location_id": "s", "state": "COMPLETED", "version": 1, "currency": "USD"}
            | {"created_at": at, "updated_at": at, "closed_at": at, "total_amount": 500 if item else 0},
        )
        if item:
            nights.add(
                "order_lines",
                {"order_id": order, "order_version": 1, "uid": "l", "catalog_object_id": item, "quantity": 1}
                | {"item_type": "ITEM", "gross_sales_amount": 500, "total_amount": 500},
            )
    for order, source in (("second", "first"), ("third", "second")):
        nights.add(
            "order_returns",
            {"order_id": order, "order_version": 1, "uid": "r", "source_order_id": source}
            | {"total_amount": 500},
        )
        # the return names the sold line, and leaves it to that line to name the item
        nights.add(
            "order_return_lines",
            {"order_id": order, "order_version": 1, "return_uid": "r", "uid": "b", "quantity": 1}
            | {"source_order_id": source, "source_line_uid": "l", "gross_return_amount": 500},
        )
    nights.build()
    nights.change("orders", "id = 'third'")
    nights.build()
    returned = nights.warehouse.query("select item_id from unified.return_lines order by item_id")
    assert [row["item_id"] for row in returned] == ["c:V", "c:W"]
    nights.assert_is_as_built_from_nothing()


@pytest.mark.parametrize("nights", ["square"], indirect=True)
def test_a_refund_that_is_told_again_without_its_payment_keeps_its_sale_and_store(nights: Nights) -> None:
    nights.add(
        "locations", {"id": "s", "currency": "USD", "timezone": "UTC", "business_day_cutoff_minutes": 0}
    )
    sold_at = FIRST - timedelta(days=9)
    of_store = {"location_id": "s", "currency": "USD", "created_at": sold_at, "updated_at": sold_at}
    nights.add(
        "orders",
        {
            "id": "o",
            "state": "COMPLETED",
            "version": 1,
            "closed_at": sold_at,
            "total_amount": 500,
            **of_store,
        },
    )
    nights.add(
        "order_lines",
        {"order_id": "o", "order_version": 1, "uid": "l", "catalog_object_id": "V", "quantity": 1}
        | {"item_type": "ITEM", "gross_sales_amount": 500, "total_amount": 500},
    )
    nights.add("payments", {"id": "p", "order_id": "o", "status": "COMPLETED", "amount": 500, **of_store})
    # an amount given back to the card, which neither an order nor a store stands beside
    refund = {"id": "r", "payment_id": "p", "status": "PENDING", "amount": 200, "currency": "USD"}
    nights.add("refunds", {"created_at": FIRST, "updated_at": FIRST, **refund})
    nights.build()
    nights.change("refunds", "id = 'r'", "status = 'COMPLETED'")
    assert nights.build() == {"r"}
    (refunded,) = nights.warehouse.query(
        "select order_id, location_id, total::integer as total from unified.refunds"
    )
    assert refunded == {"order_id": "c:o", "location_id": "c:s", "total": 2}
