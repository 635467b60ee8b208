"""The settings in force: which row says what, what the point-of-sale system adds, and what contradicts."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.dbt_project.items_rows import AS_OF, UPSTREAM, Shop, at, by_key, days_ago
from tests.dbt_project.warehouse import OWN_TESTS, Warehouse

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ORDER_DAYS = ("tue", "mon", "mon thu", "tue wed", "tue thu sat", "mon tue wed thu fri sat sun", "sun")
MODELS = (
    "revenue_by_hour", "path:models/marts/items", "path:models/marts/inventory/recipe*", "item_opening_stock",
    "item_daily_cancellations", "item_stockouts", "ingredient_daily_use", "item_daily_demand",
    "open_purchase_orders", "inventory_position", "learnt_lead_times", "item_unit_economics",
    "replenishment_rules", "replenishment_settings",
)  # fmt: skip


def shops() -> Shop:
    shop = Shop()
    for name in ("town", "port"):
        shop.location(name)
    shop.location("abroad", currency="EUR")
    shop.add("unified.suppliers", **base("sup"), supplier_id="c:sup", name="Beans Ltd", is_active=True)
    scopes(shop)
    purchase_orders(shop)
    targets(shop)
    for days in ORDER_DAYS:
        kept(shop, days, line=60, order_days=days, lead_time_days=Decimal("1.5"))
    contradictions(shop)
    return shop


def base(native_id: str) -> dict[str, Any]:
    return {"connection_id": "c", "pos": "csv", "native_id": native_id, "loaded_at": at(AS_OF)}


def kept(shop: Shop, name: str, *, stores: tuple[str, ...] = ("town",), line: int = 9, **rule: Any) -> None:
    """An item on the shelf of some stores, with a row of its own where rules are given."""
    catalogue = {each: rule.pop(each) for each in CATALOGUE if each in rule}
    shop.item(name, **catalogue)
    for store in stores:
        shop.level(store, name, days_ago(1), 1)
    if rule:
        shop.setting("item", f"c:{name}", line=line, **rule)


CATALOGUE = ("sku", "category", "supplier_id", "unit_price", "unit_cost", "cost_currency")


def scopes(shop: Shop) -> None:
    both = ("town", "port")
    kept(shop, "by_sku", stores=both, sku="S1", supplier_id="c:sup", category="Hot")
    kept(shop, "by_supplier", stores=both, supplier_id="c:sup", category="Hot")
    kept(shop, "by_category", stores=both, category="Hot")
    kept(shop, "by_default", stores=both)
    kept(shop, "named_twice", sku="S2", line=8, pack_size=Decimal(2))
    shop.setting("item", "S2", line=7, pack_size=Decimal(3), max_stock=Decimal(30))
    shop.setting("item", "S1", line=2, lead_time_days=Decimal("2.5"))
    shop.setting("item", "S1", line=3, location="Port", pack_size=Decimal(24))
    shop.setting("supplier", "Beans Ltd", line=4, lead_time_days=Decimal(4), pack_size=Decimal(6))
    shop.setting("category", "Hot", line=5, pack_size=Decimal(8), max_stock=Decimal(40))
    shop.setting("default", None, line=6, location="c:port", minimum_order=Decimal(5))


def purchase_orders(shop: Shop) -> None:
    """Five orders of one supplier to one store; four to another; and those that teach nothing."""
    taught = {"five": [2, 4, 6, 8, 10], "four": [2, 4, 6, 8]}
    for supplier in ("five", "four", "beans"):
        shop.add(
            "unified.suppliers", **base(supplier), supplier_id=f"c:{supplier}", name=supplier, is_active=True
        )
    kept(shop, "learnt", stores=("town", "port"), supplier_id="c:five")
    kept(shop, "learnt_but_set", supplier_id="c:five", line=10, lead_time_days=Decimal(3))
    kept(shop, "too_few", supplier_id="c:four")
    for supplier, days in taught.items():
        for number, lead_time in enumerate(days):
            received(shop, supplier, number, at(days_ago(60 + number)), lead_time)
    received(shop, "four", 10, at(days_ago(3)), 40)  # not yet received at as_of_date
    received(shop, "four", 11, at(days_ago(20)), None)
    received(shop, "four", 12, at(days_ago(20)), -2)
    received(shop, "four", 13, at(days_ago(900)), 2)


def received(shop: Shop, supplier: str, number: int, ordered: Any, lead_time: float | None) -> None:
    shop.add(
        "unified.purchase_orders", **base("n"), purchase_order_id=f"c:{supplier}:{number}",
        supplier_id=f"c:{supplier}", location_id="c:town", ordered_at=ordered, status="any",
        received_at=None if lead_time is None else ordered + timedelta(days=lead_time),
    )  # fmt: skip


def targets(shop: Shop) -> None:
    """Bread of a day that is sold at 4 and costs 1, and all that can be missing."""
    day = {"shelf_life_days": 1, "review_period_days": 1, "service_level": Decimal("0.9")}
    priced = {"unit_price": Decimal(9), "unit_cost": Decimal(1), "cost_currency": "GBP"}
    kept(shop, "bread", **priced, **day)
    shop.line("town", "bread", days_ago(5), 10, 5)
    shop.line("town", "bread", days_ago(4), -2, 9)  # 50 - 18 for 8 units
    kept(shop, "listed", **priced, **day)
    kept(shop, "salvaged", **priced, **day, salvage_value=Decimal("0.5"))
    kept(shop, "dear_to_throw", **priced, **day, salvage_value=Decimal(-1))
    kept(shop, "keeps_longer", **priced, **{**day, "shelf_life_days": 2})
    kept(shop, "keeps_longer_but_asked", **priced, **{**day, "shelf_life_days": 2}, service_kind="newsvendor")
    kept(shop, "as_the_buyer_wants", **priced, **day, service_kind="fill_rate")
    kept(shop, "no_cost", unit_price=Decimal(9), **day)
    kept(shop, "no_price", unit_cost=Decimal(1), cost_currency="GBP", **day)
    kept(shop, "foreign_cost", **{**priced, "cost_currency": "EUR"}, **day)
    kept(shop, "no_margin", **{**priced, "unit_cost": Decimal(9)}, **day)
    kept(shop, "worth_keeping", **priced, **day, salvage_value=Decimal(1))
    kept(shop, "sure_thing", **{**priced, "unit_cost": Decimal("0.0001")}, **day)


def contradictions(shop: Shop) -> None:
    kept(shop, "min_above_max", minimum_order=Decimal(20), max_stock=Decimal(10))
    kept(shop, "pack_above_max", pack_size=Decimal(12), max_stock=Decimal(10))
    kept(shop, "spoils", shelf_life_days=3, review_period_days=7, lead_time_days=Decimal(2), **{
        "unit_price": Decimal(9), "unit_cost": Decimal(1), "cost_currency": "GBP",
    })  # fmt: skip
    kept(shop, "just_fits", minimum_order=Decimal(12), pack_size=Decimal(12), max_stock=Decimal(12))


@pytest.fixture(scope="module")
def built(warehouse: Warehouse) -> Warehouse:
    warehouse.run("run", "--select", *UPSTREAM)
    shops().write(warehouse)
    warehouse.run("build", *OWN_TESTS, "--select", *MODELS)
    return warehouse


@pytest.fixture(scope="module")
def found(built: Warehouse) -> dict[tuple[str, str], dict[str, Any]]:
    return by_key(built.query("select * from marts.replenishment_settings"))


def test_each_rule_is_looked_up_by_itself_from_item_to_what_is_built_in(found: Any) -> None:
    names = ("lead_time_days", "pack_size", "max_stock", "minimum_order")
    looked_up = {
        key: tuple(found[key][name] for name in names)
        for key in found
        if key[1].startswith("by_") or key[1] == "named_twice"
    }
    assert looked_up == {
        ("town", "by_sku"): (Decimal("2.5"), 6, 40, 0),
        ("port", "by_sku"): (Decimal("2.5"), 24, 40, 5),
        ("town", "by_supplier"): (4, 6, 40, 0),
        ("port", "by_supplier"): (4, 6, 40, 5),
        ("town", "by_category"): (7, 8, 40, 0),
        ("port", "by_category"): (7, 8, 40, 5),
        ("town", "by_default"): (7, 1, None, 0),
        ("port", "by_default"): (7, 1, None, 5),
        ("town", "named_twice"): (7, 2, 30, 0),  # the key goes before the SKU, one rule at a time
    }


def test_every_rule_says_where_it_comes_from(found: Any) -> None:
    assert found["port", "by_sku"]["settings_source"] == (
        "lead_time_days: line 2 (item S1); lead_time_sd_days: built in; review_period_days: built in; "
        "service_level: built in; pack_size: line 3 (item S1 in Port); "
        "minimum_order: line 6 (default in c:port); max_stock: line 5 (category Hot); salvage_value: built in"
    )
    assert found["town", "bread"]["settings_source"].endswith(
        "service_level: price and cost; pack_size: built in; minimum_order: built in; "
        "shelf_life_days: line 9 (item c:bread); salvage_value: built in"
    )
    assert found["town", "mon thu"]["settings_source"].startswith(
        "lead_time_days: line 60 (item c:mon thu); lead_time_sd_days: built in; "
        "order_days: line 60 (item c:mon thu); service_level: built in; "
    )
    assert found["town", "learnt"]["settings_source"].startswith(
        "lead_time_days: 5 received orders; lead_time_sd_days: 5 received orders; "
    )


def test_lead_times_are_learnt_from_five_received_orders_of_the_store(found: Any) -> None:
    timed = {
        key: (found[key]["lead_time_days"], found[key]["lead_time_sd_days"])
        for key in (("town", "learnt"), ("port", "learnt"), ("town", "learnt_but_set"), ("town", "too_few"))
    }
    spread = Decimal("3.1623")  # of 2, 4, 6, 8, 10
    assert timed == {
        ("town", "learnt"): (6, spread),
        ("port", "learnt"): (7, 0),
        ("town", "learnt_but_set"): (3, spread),
        ("town", "too_few"): (7, 0),
    }


@pytest.mark.parametrize("days", ORDER_DAYS)
def test_the_interval_runs_from_today_to_the_arrival_of_the_order_after_the_next(
    found: Any, days: str
) -> None:
    chances = [
        ahead for ahead in range(15) if WEEK[(AS_OF + timedelta(days=ahead)).weekday()] in days.split()
    ]
    row = found["town", days]
    assert (row["order_wait_days"], row["review_period_days"]) == (chances[0], chances[1] - chances[0])
    assert row["protection_days"] == chances[1] + 2  # a lead time of a day and a half, rounded up


def test_without_order_days_an_order_can_be_placed_today(found: Any) -> None:
    row = found["town", "by_default"]
    assert (row["order_days"], row["order_wait_days"], row["review_period_days"]) == (None, 0, 7)
    assert row["protection_days"] == 14


def test_goods_that_spoil_before_the_next_delivery_are_held_as_far_as_that_pays(found: Any) -> None:
    aimed = {
        item: (found["town", item]["service_kind"], found["town", item]["service_level"])
        for item in (
            "bread", "listed", "salvaged", "dear_to_throw", "keeps_longer", "keeps_longer_but_asked",
            "as_the_buyer_wants", "sure_thing",
        )
    }  # fmt: skip
    assert aimed == {
        "bread": ("newsvendor", Decimal("0.75")),  # (4 - 1) / 4, at the price that was really paid
        "listed": ("newsvendor", Decimal("0.8889")),  # (9 - 1) / 9
        "salvaged": ("newsvendor", Decimal("0.9412")),  # (9 - 1) / (9 - 0.5)
        "dear_to_throw": ("newsvendor", Decimal("0.8")),  # (9 - 1) / (9 + 1)
        "keeps_longer": ("cycle_service", Decimal("0.9")),
        "keeps_longer_but_asked": ("newsvendor", Decimal("0.8889")),
        "as_the_buyer_wants": ("fill_rate", Decimal("0.9")),
        "sure_thing": ("newsvendor", Decimal("0.999")),
    }


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ("no_cost", "newsvendor_without_cost"),
        ("foreign_cost", "newsvendor_without_cost"),
        ("no_price", "newsvendor_without_price"),
        ("no_margin", "newsvendor_without_margin"),
        ("worth_keeping", "salvage_not_below_cost"),
    ],
)
def test_where_no_ratio_can_be_made_the_buyers_level_holds_and_the_row_says_so(
    found: Any, item: str, code: str
) -> None:
    row = found["town", item]
    assert (row["service_kind"], row["service_level"]) == ("cycle_service", Decimal("0.9"))
    assert row["settings_codes"] == code


def test_settings_that_contradict_each_other_are_said(found: Any) -> None:
    codes = {
        item: found["town", item]["settings_codes"]
        for item in ("min_above_max", "pack_above_max", "spoils", "just_fits", "bread", "by_default")
    }
    assert codes == {
        "min_above_max": "minimum_above_max_stock",
        "pack_above_max": "pack_above_max_stock",
        "spoils": "shelf_life_below_review_period",
        "just_fits": "",
        "bread": "",
        "by_default": "",
    }


def test_an_order_of_goods_that_spoil_lasts_until_they_have_spoiled(found: Any) -> None:
    assert found["town", "spoils"]["protection_days"] == 5  # 2 days of lead time, 3 of shelf life
