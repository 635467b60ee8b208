"""Which ids of several systems are one item or one store, and what each system tells of stock."""

from decimal import Decimal
from typing import Any

import pytest

from tests.dbt_project.square_rows import Account, amounts, utc
from tests.dbt_project.warehouse import LOADED_AT, Warehouse


@pytest.fixture(scope="module")
def built(warehouse: Warehouse) -> Warehouse:
    """Two accounts of one system and one folder of files."""
    first, second = Account(warehouse, "a"), Account(warehouse, "b")
    items_in_two_accounts(first, second)
    a_catalogue(first)
    stock(first)
    movements(first)
    freshness(first)
    warehouse.insert("raw_settings.location_map", [{"location_id": "a:shelf", "location_key": "warehouse"}])
    assert warehouse.build() == {"one_sku_has_one_barcode"}
    return warehouse


def items_in_two_accounts(first: Account, second: Account) -> None:
    first.item("mapped", upc="111")
    second.item("mapped", upc="222")
    for key in ("a:mapped", "b:mapped"):
        first.warehouse.insert("raw_settings.item_map", [{"item_id": key, "item_key": "flour"}])
    first.item("coded", upc="0 12345-67890 5", sku="one")
    second.item("coded", upc="12345678905", sku="two")
    first.item("sku", sku=" ab-1 ")
    second.item("sku", sku="AB-1")
    # one SKU, a barcode on one side: still one item
    first.item("half", upc="333", sku="half")
    second.item("half", sku="HALF")
    # one SKU, two barcodes: two items, and the one without a barcode belongs to neither
    first.item("clash", upc="444", sku="clash")
    second.item("clash", upc="555", sku="clash")
    second.item("clash3", sku="clash")
    # the barcode of an item that the user mapped
    second.item("follows", upc="0111")
    first.item("alone", upc="666", sku="only")
    first.item("bare", sku="  ", upc="---")
    second.item("bare")


@pytest.mark.parametrize(
    ("item_id", "key", "rule"),
    [
        ("a:mapped", "flour", "item_map"),
        ("b:mapped", "flour", "item_map"),
        ("b:follows", "flour", "barcode"),
        ("a:coded", "a:coded", "barcode"),
        ("b:coded", "a:coded", "barcode"),
        ("a:sku", "a:sku", "sku"),
        ("b:sku", "a:sku", "sku"),
        ("a:half", "a:half", "sku"),
        ("b:half", "a:half", "sku"),
        ("a:clash", "a:clash", "own"),
        ("b:clash", "b:clash", "own"),
        ("b:clash3", "b:clash3", "own"),
        ("a:alone", "a:alone", "own"),
        ("a:bare", "a:bare", "own"),
        ("b:bare", "b:bare", "own"),
    ],
)
def test_ids_are_joined_by_the_map_then_barcode_then_sku(
    built: Warehouse, item_id: str, key: str, rule: str
) -> None:
    (item,) = built.query(f"from unified.items where item_id = '{item_id}'")
    assert (item["item_key"], item["item_key_rule"]) == (key, rule)


def a_catalogue(account: Account) -> None:
    account.item("latte", price_amount=450, price_currency="USD", track_inventory=True, version=2)
    account.add(
        "catalog_item_categories", item_id="product of latte", item_version=1, category_id="c2", ordinal=2
    )
    account.add(
        "catalog_item_categories", item_id="product of latte", item_version=1, category_id="c1", ordinal=1
    )
    account.add(
        "catalog_item_categories", item_id="product of latte", item_version=0, category_id="c0", ordinal=0
    )
    for category in ("c0", "c1", "c2"):
        account.add("catalog_categories", id=category, name=category.upper())
    account.add("vendors", id="v1", name="Mill", status="ACTIVE")
    account.add("vendors", id="v2", name="Farm", status="INACTIVE")
    for vendor, cost, version in (("v1", 130, 2), ("v2", 120, 2), ("v1", 90, 1)):
        account.add(
            "catalog_variation_vendors",
            variation_id="latte",
            variation_version=version,
            vendor_id=vendor,
            unit_cost_amount=cost,
            unit_cost_currency="USD",
        )
    account.item("gone", is_deleted=True)
    account.store("cafe")
    account.order("o1", "cafe", "2026-03-02 17:00", total=100)
    account.line("o1", "a", 100, item="forgotten")
    account.tender("o1", "p1", 100)


def test_an_item_has_its_first_category_and_its_cheapest_supplier_of_the_newest_version(
    built: Warehouse,
) -> None:
    (item,) = built.query("from unified.items where item_id = 'a:latte'")
    assert (item["category"], item["supplier_id"], *amounts(item, "unit_price", "unit_cost")) == (
        "C1",
        "a:v2",
        "4.5",
        "1.2",
    )
    assert item["tracks_inventory"] and item["is_active"]


def test_an_item_that_left_the_catalogue_stays_known(built: Warehouse) -> None:
    rows = built.query(
        "select item_id, is_active from unified.items where item_id in ('a:gone', 'a:forgotten')"
    )
    assert {row["item_id"]: row["is_active"] for row in rows} == {"a:gone": False, "a:forgotten": False}
    (line,) = built.query("from marts.fct_sales_lines")
    assert (line["item_key"], line["location_key"]) == ("a:forgotten", "a:cafe")


def stock(account: Account) -> None:
    account.store("shelf")
    for observed, state, quantity in (
        ("2026-03-02", "IN_STOCK", 12),
        ("2026-03-02", "RESERVED_FOR_SALE", 3),
        ("2026-03-02", "ORDERED_FROM_VENDOR", 20),
        ("2026-03-02", "IN_TRANSIT", 4),
        ("2026-03-02", "WASTE", 99),
        ("2026-03-03", "IN_STOCK", -1),
    ):
        account.add(
            "inventory_counts",
            catalog_object_id="latte",
            location_id="shelf",
            state=state,
            quantity=Decimal(quantity),
            observed_on=observed,
            observed_at=utc(f"{observed} 03:00"),
        )


def test_stock_keeps_one_observation_a_day_and_reserved_units_are_on_hand(built: Warehouse) -> None:
    rows = built.query("from unified.inventory_levels order by observed_on")
    assert [tuple(amounts(row, "on_hand", "available", "committed", "incoming")) for row in rows] == [
        ("15", "12", "3", "24"),
        ("-1", "-1", "0", "0"),
    ]


def test_a_mapped_store_has_the_users_key(built: Warehouse) -> None:
    rows = built.query("select location_id, location_key from unified.locations order by 1")
    assert [tuple(row.values()) for row in rows] == [("a:cafe", "a:cafe"), ("a:shelf", "warehouse")]


def movements(account: Account) -> None:
    for number, (from_state, to_state, places) in enumerate(
        (
            ("IN_STOCK", "SOLD", {"location_id": "shelf"}),
            ("NONE", "IN_STOCK", {"location_id": "shelf"}),
            ("RETURNED_BY_CUSTOMER", "IN_STOCK", {"location_id": "shelf"}),
            ("IN_STOCK", "WASTE", {"location_id": "shelf"}),
            ("IN_STOCK", "RESERVED_FOR_SALE", {"location_id": "shelf"}),
            ("RESERVED_FOR_SALE", "SOLD", {"from_location_id": "shelf", "to_location_id": "shelf"}),
            ("IN_STOCK", "IN_STOCK", {"from_location_id": "shelf", "to_location_id": "cafe"}),
            ("SOLD", "RETURNED_BY_CUSTOMER", {"location_id": "shelf"}),
        )
    ):
        account.add(
            "inventory_adjustments",
            id=f"m{number}",
            catalog_object_id="latte",
            from_state=from_state,
            to_state=to_state,
            quantity=Decimal(2),
            occurred_at=utc("2026-03-02 12:00"),
            **places,
        )
    account.add(
        "inventory_physical_counts",
        id="m9",
        catalog_object_id="latte",
        state="IN_STOCK",
        location_id="shelf",
        quantity=Decimal(7),
        occurred_at=utc("2026-03-02 13:00"),
    )


def test_a_movement_has_the_sign_of_its_store_and_a_count_is_a_level(built: Warehouse) -> None:
    rows = built.query("from unified.inventory_movements order by native_id")
    assert [
        (row["native_id"], row["location_id"], row["kind"], *amounts(row, "quantity")) for row in rows
    ] == [
        ("m0:out", "a:shelf", "sale", "-2"),
        ("m1:in", "a:shelf", "receipt", "2"),
        ("m2:in", "a:shelf", "return", "2"),
        ("m3:out", "a:shelf", "waste", "-2"),
        ("m5:out", "a:shelf", "sale", "-2"),
        ("m6:in", "a:cafe", "transfer", "2"),
        ("m6:out", "a:shelf", "transfer", "-2"),
        ("m9", "a:shelf", "count", "7"),
    ]


def freshness(account: Account) -> None:
    for position in range(3):
        account.add("rejected_rows", source="orders", position=str(position), reason="no id")
    account.add("rejected_rows", source="payments", position="1", reason="no id")


def test_each_raw_table_tells_when_it_was_loaded_and_what_was_rejected(built: Warehouse) -> None:
    def row(table: str) -> dict[str, Any]:
        (found,) = built.query(
            f"from marts.data_freshness where connection_id = 'a' and table_name = '{table}'"
        )
        return found

    orders, payments = row("orders"), row("payments")
    assert (orders["row_count"], orders["rejected_count"]) == (1, 3)
    assert (orders["last_loaded_at"], orders["last_record_at"]) == (LOADED_AT, utc("2026-03-02 17:00"))
    assert (payments["row_count"], payments["rejected_count"], payments["last_record_at"]) == (0, 1, None)
