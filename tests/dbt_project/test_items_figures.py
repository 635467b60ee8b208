"""Item and inventory models on hand-made stores, each the case of one rule."""

from datetime import timedelta
from decimal import Decimal

import duckdb
import pytest

from planning.recommendations import recommend
from tests.dbt_project.items_rows import AS_OF, Shop, at, build, by_key, days_ago
from tests.dbt_project.warehouse import Warehouse

OUT_OF_STOCK_DAYS = range(21, 31)


def shops() -> Shop:
    shop = Shop()
    for location in ("gaps", "refunds", "ranks", "stock"):
        shop.location(location)
    shop.location("abroad", currency="EUR")
    shop.location("shut", is_active=False)
    steady_sales_with_ten_days_out_of_stock(shop)
    refunds(shop)
    ranks(shop)
    stock(shop)
    settings(shop)
    return shop


def steady_sales_with_ten_days_out_of_stock(shop: Shop) -> None:
    """50 units in 42 days, out of stock on 10 of them; the store is open on every day."""
    shop.item("tea")
    sold = {**dict.fromkeys((day for day in range(1, 43) if day not in OUT_OF_STOCK_DAYS), 1), 42: 10, 41: 10}
    assert sum(sold.values()) == 50
    shop.moved("gaps", "tea", days_ago(42), 100, "receipt", hour=6)
    for day in range(1, 43):
        shop.open_day("gaps", days_ago(day))
        if day in sold:
            shop.line("gaps", "tea", days_ago(day), sold[day])
            shop.moved("gaps", "tea", days_ago(day), -sold[day], "sale")
    in_hand = 100 - sum(units for day, units in sold.items() if day > 30)
    shop.moved("gaps", "tea", days_ago(31), -in_hand, "waste", hour=20)
    shop.moved("gaps", "tea", days_ago(21), 60, "receipt", hour=20)
    shop.level("gaps", "tea", days_ago(1), 60 - sum(units for day, units in sold.items() if day < 21))
    shop.line("gaps", "tea", AS_OF, 1000)  # not known on the day of the order


def refunds(shop: Shop) -> None:
    for item in ("cancelled", "old", "other", "part", "typo", "twice"):
        shop.item(item)
        shop.line("refunds", item, days_ago(3), 5, 2, order="c:first")
        shop.line("refunds", item, days_ago(3), 2, 2, order="c:second")
    shop.open_day("refunds", days_ago(3))
    shop.open_day("refunds", days_ago(2))
    shop.line("refunds", "cancelled", days_ago(3), -5, 2, order="c:first")
    shop.line("refunds", "old", days_ago(2), -5, 2, order="c:first")
    shop.line("refunds", "other", days_ago(3), -5, 2, order="c:another")
    shop.line("refunds", "part", days_ago(3), -3, 2, order="c:first")
    shop.line("refunds", "typo", days_ago(3), -5, 2)
    shop.line("refunds", "twice", days_ago(3), -5, 2, order="c:first")
    shop.line("refunds", "twice", days_ago(3), -5, 2, order="c:first")


def ranks(shop: Shop) -> None:
    for item, units, price in (("first", 7, 10), ("second", 30, "0.5"), ("third", 10, 1), ("fourth", 5, 1)):
        shop.item(item, unit_cost=Decimal("0.4"), cost_currency="GBP" if item != "fourth" else "EUR")
        shop.line("ranks", item, days_ago(50), units, price)
    for day in range(1, 91):
        shop.open_day("ranks", days_ago(day))


def stock(shop: Shop) -> None:
    for item in ("counted", "seen", "unsold", "later", "voucher", "ordered"):
        shop.item(item, is_gift_card=item == "voucher")
    shop.level("stock", "voucher", days_ago(1), 10)
    for day in range(1, 6):
        shop.open_day("stock", days_ago(day))
    # Sold 3 a day; counted 50 at noon two days ago, after that day's sale; a level never came.
    for day in range(1, 6):
        shop.line("stock", "counted", days_ago(day), 3)
        shop.moved("stock", "counted", days_ago(day), -3, "sale", hour=10)
    shop.moved("stock", "counted", days_ago(2), 50, "count", hour=12)
    # Levels, but no movements: each speaks for its own day.
    shop.line("stock", "seen", days_ago(4), 1)
    shop.level("stock", "seen", days_ago(3), 0)
    shop.level("stock", "seen", days_ago(1), 8, committed=Decimal(2), incoming=Decimal(5))
    shop.level("stock", "unsold", days_ago(1), 9)
    shop.level("shut", "unsold", days_ago(1), 9)
    # Seen only after the day asked for, with movements that lead back to it.
    shop.line("stock", "later", days_ago(2), 4)
    shop.moved("stock", "later", days_ago(2), -4, "sale")
    shop.moved("stock", "later", AS_OF + timedelta(days=1), -6, "sale")
    shop.level("stock", "later", AS_OF + timedelta(days=2), 20)
    shop.level("stock", "ordered", days_ago(1), 1, incoming=Decimal(3))
    # An order placed today arrives in seven days: one of these comes before, one after, one some day,
    # and one should have come.
    for number, received, expected, units in (
        (1, None, days_ago(-7), 5), (2, at(days_ago(1)), days_ago(1), 12), (3, None, days_ago(-8), 6),
        (4, None, None, 3), (5, None, days_ago(2), 4),
    ):  # fmt: skip
        order = f"c:po{number}"
        base = {"connection_id": "c", "pos": "csv", "native_id": "n", "loaded_at": at(AS_OF)}
        shop.add(
            "unified.purchase_orders", **base, purchase_order_id=order, location_id="c:stock",
            ordered_at=at(days_ago(9)), received_at=received, expected_at=expected and at(expected),
            status="open" if received is None else "received",
        )  # fmt: skip
        shop.add(
            "unified.purchase_order_lines", **base, purchase_order_line_id=f"{order}:1",
            purchase_order_id=order, item_id="c:ordered", quantity=Decimal(units),
            received_quantity=Decimal(2), unit_cost=Decimal(1),
        )  # fmt: skip


def settings(shop: Shop) -> None:
    for item, values in {
        "by_item": {"sku": "S1", "supplier_id": "c:sup", "category": "Cat"},
        "by_supplier": {"supplier_id": "c:sup", "category": "Cat"},
        "by_category": {"category": "Cat"},
        "by_default": {},
    }.items():
        shop.item(item, **values)
        shop.level("abroad", item, days_ago(1), 1)
    shop.setting("item", "S1", lead_time_days=Decimal("2.5"))
    shop.setting("supplier", "c:sup", lead_time_days=Decimal(4), pack_size=Decimal(6))
    shop.setting("category", "Cat", lead_time_days=Decimal(5), pack_size=Decimal(8), max_stock=Decimal(40))


@pytest.fixture(scope="module")
def built(warehouse: Warehouse) -> Warehouse:
    return build(warehouse, shops())


def rows(built: Warehouse, model: str) -> dict:
    return by_key(built.query(f"select * from marts.{model}"))


def test_velocity_counts_only_days_on_which_the_item_could_be_sold(built):
    tea = rows(built, "item_velocity")["gaps", "tea"]
    assert tea["sellable_days_90d"] == 32
    assert tea["velocity_90d"] == pytest.approx(1.5625)
    assert (tea["velocity_7d"], tea["units_7d"], tea["last_sold_on"]) == (1, 7, days_ago(1))


def test_days_out_of_stock_say_nothing_about_demand(built):
    days = built.query("select * from marts.item_daily_demand where item_key = 'c:tea'")
    assert len(days) == 42
    out = {
        (AS_OF - day["business_date"]).days for day in days if day["unobservable_because"] == "out_of_stock"
    }
    assert out == set(OUT_OF_STOCK_DAYS)
    assert all(day["is_observable"] != (day["days_ago"] in OUT_OF_STOCK_DAYS) for day in days)


def test_opening_stock_follows_from_the_movements_back_from_the_last_level(built):
    found = {
        (AS_OF - row["business_date"]).days: row["on_hand"]
        for row in built.query("select * from marts.item_opening_stock where item_key = 'c:tea'")
    }
    assert found[42] == 0  # the first receipt came that morning
    assert (found[41], found[40], found[31]) == (90, 80, 71)
    assert {found[day] for day in OUT_OF_STOCK_DAYS} == {0}
    assert (found[20], found[1], found[0]) == (60, 41, 40)


def test_only_a_line_given_back_whole_on_its_own_day_is_no_demand(built):
    demand = {
        item: built.query(
            f"select sum(demand) as units from marts.item_daily_demand where item_key = 'c:{item}'"
        )[0]["units"]
        for item in ("cancelled", "old", "other", "part", "typo", "twice")
    }
    assert demand == {"cancelled": 2, "old": 7, "other": 7, "part": 7, "typo": 2, "twice": 2}


def test_daily_sales_add_up_to_the_lines_and_returns_stand_on_their_own_day(built):
    old = built.query("select * from marts.item_daily_sales where item_key = 'c:old' order by business_date")
    assert [(day["units_sold"], day["units_returned"], day["net_sales"]) for day in old] == [
        (7, 0, 14), (0, 5, -10), (0, 0, 0),
    ]  # fmt: skip
    assert [day["is_store_open"] for day in old] == [True, True, False]
    (both,) = built.query(
        "select (select sum(net_sales) from marts.fct_sales_lines "
        f"where business_date < date '{AS_OF}') as lines, "
        "(select sum(net_sales) from marts.item_daily_sales) as days"
    )
    assert both["lines"] == both["days"]


def test_ranks_shares_and_classes_follow_units_and_net_sales(built):
    velocity = rows(built, "item_velocity")
    names = ("first", "second", "third", "fourth")
    found = [velocity["ranks", name] for name in names]
    assert [each["rank_units_90d"] for each in found] == [3, 1, 2, 4]
    assert [each["rank_net_sales_90d"] for each in found] == [1, 2, 3, 4]
    assert [each["net_sales_share_90d"] for each in found] == pytest.approx([0.70, 0.15, 0.10, 0.05])
    assert [each["abc_class"] for each in found] == ["A", "A", "B", "C"]
    assert [each["units_30d"] for each in found] == [0, 0, 0, 0]
    assert [each["is_slow_moving"] for each in found] == [True] * 4


def test_gross_margin_needs_a_cost_in_the_currency_of_the_sales(built):
    velocity = rows(built, "item_velocity")
    assert velocity["ranks", "first"]["gross_margin_90d"] == pytest.approx((70 - 7 * 0.4) / 70)
    assert velocity["ranks", "fourth"]["gross_margin_90d"] is None


def test_a_price_is_what_a_unit_brought(built):
    inputs = rows(built, "recommendation_inputs")
    assert inputs["ranks", "second"]["net_price"] == Decimal("0.5")
    assert inputs["refunds", "part"]["net_price"] == 2
    assert inputs["stock", "unsold"]["net_price"] is None


def test_a_count_is_what_was_there_and_not_a_movement(built):
    found = built.query(
        "select * from marts.item_opening_stock where item_key = 'c:counted' order by business_date"
    )
    assert [(row["business_date"], row["on_hand"]) for row in found] == [
        (days_ago(5), 62), (days_ago(4), 59), (days_ago(3), 56), (days_ago(2), 53),
        (days_ago(1), 50), (AS_OF, 47),
    ]  # fmt: skip


def test_a_level_without_movements_speaks_for_its_own_day_only(built):
    days = built.query(
        "select * from marts.item_daily_sales where item_key = 'c:seen' order by business_date"
    )
    assert [(day["in_stock_known"], day["is_in_stock"]) for day in days] == [
        (False, None), (True, False), (False, None), (True, True),
    ]  # fmt: skip


def test_the_position_is_the_last_stock_seen_with_what_is_ordered_and_promised(built):
    positions = rows(built, "inventory_position")
    seen = positions["stock", "seen"]
    assert (seen["on_hand"], seen["on_order"], seen["committed"], seen["inventory_position"]) == (8, 5, 2, 11)
    assert positions["stock", "unsold"]["on_hand"] == 9
    assert positions["stock", "later"]["on_hand"] == 26  # 20 seen later and 6 sold in between
    assert positions["stock", "counted"]["on_hand"] == 47


def test_what_the_system_calls_incoming_and_open_purchase_orders_are_the_same_goods(built):
    assert rows(built, "inventory_position")["stock", "ordered"]["on_order"] == 3 + 4 + 1 + 2


def test_of_what_is_on_order_some_comes_only_after_an_order_placed_today(built):
    inputs = rows(built, "recommendation_inputs")
    assert inputs["stock", "ordered"]["on_order_late"] == 4
    assert inputs["stock", "ordered"]["on_order_overdue"] == 2
    assert inputs["stock", "seen"]["on_order_late"] == 0  # the system's own figure has no day
    assert inputs["ranks", "first"]["on_order_late"] is None


def test_gift_cards_are_not_planned(built):
    assert ("stock", "voucher") not in rows(built, "inventory_position")


def test_an_item_without_stock_figures_is_said_to_be_unknown(built):
    first = rows(built, "inventory_position")["ranks", "first"]
    assert (first["stock_known"], first["on_hand"], first["inventory_position"]) == (False, None, None)


def test_each_setting_is_looked_up_from_item_to_supplier_to_category_to_default(built):
    found = rows(built, "replenishment_settings")
    looked_up = {
        item: tuple(found["abroad", item][name] for name in ("lead_time_days", "pack_size", "max_stock"))
        for item in ("by_item", "by_supplier", "by_category", "by_default")
    }
    assert looked_up == {
        "by_item": (Decimal("2.5"), 6, 40), "by_supplier": (4, 6, 40), "by_category": (5, 8, 40),
        "by_default": (7, 1, None),
    }  # fmt: skip
    assert found["abroad", "by_item"]["protection_days"] == 10


def test_every_position_reaches_the_order_list_once(built):
    positions = set(rows(built, "inventory_position"))
    inputs = built.query("select location_key, item_key from marts.recommendation_inputs")
    assert len(inputs) == len(positions) and set(by_key(inputs)) == positions


def test_the_order_list_can_be_made_of_the_inputs(built):
    with duckdb.connect(str(built.path)) as connection:
        inputs = connection.execute("select * from marts.recommendation_inputs").to_arrow_table()
    found = by_key(recommend(inputs, AS_OF).recommendations.to_pylist())
    assert found["gaps", "tea"]["recommended_quantity"] is not None
    assert found["ranks", "first"]["reason_codes"][0] == "no_stock_data"
    assert found["stock", "unsold"]["method"] == "no_sales"
    assert "closed_location" in found["shut", "unsold"]["reason_codes"]
    assert found["stock", "unsold"]["overstock_quantity"] == 9
