"""Daily demand: what is asked for, by customers and by recipes, and what days out of stock leave of it."""

from decimal import Decimal

import duckdb
import pytest

from planning.recommendations import recommend
from tests.dbt_project.items_rows import AS_OF, Shop, build, by_key, days_ago
from tests.dbt_project.scarce_shop import Ledger, ledger, tell
from tests.dbt_project.warehouse import OWN_TESTS, Warehouse

LAST_WEEKS = 28


@pytest.fixture(scope="module")
def scarce() -> Ledger:
    return ledger(seed=11, share_out=0.2)


@pytest.fixture(scope="module")
def built(warehouse: Warehouse, scarce: Ledger) -> Warehouse:
    shop = Shop()
    for name in ("launch", "bakery", "kitchen", "annex", "grill", "bar", "circle"):
        shop.location(name)
    for day in range(1, 21):
        for hour in (9, 12, 15, 18):
            for name in ("bakery", "kitchen", "annex", "grill", "bar", "circle"):
                shop.open_day(name, days_ago(day), hour)
    launch(shop)
    bakery(shop)
    recipes(shop)
    menu_item_out_of_stock(shop)
    ingredient_out_of_stock(shop)
    recipes_that_cannot_be_used(shop)
    for number in range(len(scarce.demand)):
        shop.item(f"item{number:03}", category=f"category {number % 4}")
    tell(shop, "plenty", scarce.demand)
    tell(shop, "movements", scarce.sold, told=scarce, movements=True)
    tell(shop, "levels", scarce.sold, told=scarce)
    return build(warehouse, shop)


def launch(shop: Shop) -> None:
    """Given back before it was first sold; closed on one day."""
    shop.item("cup")
    for day in set(range(1, 15)) - {5}:
        shop.open_day("launch", days_ago(day))
    shop.line("launch", "cup", days_ago(12), -1)
    shop.line("launch", "cup", days_ago(10), 3)


def bakery(shop: Shop) -> None:
    """100 on the shelf are sold at 8 a day until the last 4 are gone at noon; 30 come six days later."""
    sold = {**dict.fromkeys((*range(9, 21), 2, 1), (8, 18)), 8: (4, 12)}
    left = 100
    for item in ("roll", "bun"):
        shop.item(item)
    shop.moved("bakery", "roll", days_ago(21), 100, "receipt", 6)
    for day in range(20, 0, -1):
        if day == 2:
            shop.moved("bakery", "roll", days_ago(day), 30, "receipt", 6)
            left += 30
        shop.level("bakery", "bun", days_ago(day), left, 2)
        if day in sold:
            units, hour = sold[day]
            for item in ("roll", "bun"):
                shop.line("bakery", item, days_ago(day), units, hour=hour)
            shop.moved("bakery", "roll", days_ago(day), -units, "sale", hour)
            left -= units
    shop.level("bakery", "roll", days_ago(1), left, 23)
    # baked each morning, sold out at noon on one day and with the rest thrown away on another
    shop.item("loaf")
    for day, units, wasted in ((4, 6, 4), (3, 6, 4), (2, 10, 0), (1, 8, 2)):
        shop.moved("bakery", "loaf", days_ago(day), 10, "receipt", 6)
        shop.line("bakery", "loaf", days_ago(day), units, hour=12)
        shop.moved("bakery", "loaf", days_ago(day), -units, "sale", 12)
        shop.moved("bakery", "loaf", days_ago(day), -wasted, "waste", 20)
    shop.level("bakery", "loaf", days_ago(1), 0, 23)


def recipes(shop: Shop) -> None:
    """Two stores sell the same menu; a sauce stands in a dish; a coffee has two entries in the catalogue."""
    shop.item("latte", sku="LATTE")
    shop.item("latte2", item_id="c:latte2", item_key="c:latte", sku="LATTE")
    shop.item("pasta", sku="PASTA")
    for item in ("salad", "sauce", "milk", "beans", "noodles", "tomato"):
        shop.item(item)
    shop.recipe("LATTE", **{"c:milk": "0.2", "c:beans": "0.018"})
    shop.recipe("c:pasta", **{"c:sauce": "0.25", "c:noodles": "0.125"})
    shop.recipe("c:sauce", **{"c:tomato": "0.8", "c:milk": "0.1"})
    shop.recipe("c:salad", **{"c:tomato": "0.3", "c:lettuce": "1"})
    shop.line("kitchen", "salad", days_ago(6), 10)
    shop.line("kitchen", "latte", days_ago(5), 3)
    shop.line("kitchen", "latte2", days_ago(5), 1)
    shop.line("kitchen", "pasta", days_ago(5), 8)
    shop.line("kitchen", "milk", days_ago(5), 2)
    shop.line("kitchen", "pasta", days_ago(3), 5, order="c:typo")
    shop.line("kitchen", "pasta", days_ago(3), -5, order="c:typo")
    shop.line("kitchen", "pasta", days_ago(2), -8)
    shop.line("annex", "pasta", days_ago(6), 4)
    shop.line("annex", "latte", days_ago(5), 2)
    shop.level("annex", "noodles", days_ago(1), "0.5", 2)


def menu_item_out_of_stock(shop: Shop) -> None:
    """Burgers and fries take the same oil. Burgers are out for two days, fries for the second of them."""
    for item in ("burger", "fries", "oil"):
        shop.item(item)
    shop.recipe("c:burger", **{"c:oil": "0.5"})
    shop.recipe("c:fries", **{"c:oil": "0.1"})
    for day in range(1, 11):
        if day not in (2, 3):
            shop.line("grill", "burger", days_ago(day), 6)
        if day != 2:
            shop.line("grill", "fries", days_ago(day), 10)
    for day in (2, 3):
        shop.level("grill", "burger", days_ago(day), 0, 2)
    shop.level("grill", "fries", days_ago(2), 0, 2)


def ingredient_out_of_stock(shop: Shop) -> None:
    """The oranges are used up at noon, and there are none on the next day."""
    for item in ("juice", "orange"):
        shop.item(item)
    shop.recipe("c:juice", **{"c:orange": "2"})
    for day in (*range(5, 11), 2, 1):
        shop.line("bar", "juice", days_ago(day), 6, hour=18)
    shop.line("bar", "juice", days_ago(4), 1, hour=9)
    shop.line("bar", "juice", days_ago(4), 2, hour=12)
    for day, on_hand in ((4, 6), (3, 0), (2, 40), (1, 28)):
        shop.level("bar", "orange", days_ago(day), on_hand, 2)


def recipes_that_cannot_be_used(shop: Shop) -> None:
    """Two items that need each other, by names that the file alone cannot tell to be the same."""
    shop.item("yin", sku="YIN")
    shop.item("yang", sku="YANG")
    shop.recipe("c:yin", YANG="1")
    shop.recipe("c:yang", YIN="1")
    shop.line("circle", "yin", days_ago(1), 1)
    shop.recipe("ghost", **{"c:milk": "1"})
    shop.recipe("PASTA", **{"c:noodles": "9"})


def demand(built: Warehouse, store: str, item: str, *columns: str) -> dict[int, object]:
    """By days ago: the demand, or the columns asked for."""
    found = built.query(
        f"from marts.item_daily_demand where location_key = 'c:{store}' and item_key = 'c:{item}' "
        "order by business_date"
    )
    wanted = columns or ("demand",)
    rows = {row["days_ago"]: tuple(row[name] for name in wanted) for row in found}
    return {ago: row if columns else row[0] for ago, row in rows.items()}


def recommended(built: Warehouse) -> dict[tuple[str, str], dict]:
    with duckdb.connect(str(built.path)) as connection:
        inputs = connection.execute("select * from marts.recommendation_inputs").to_arrow_table()
    return by_key(recommend(inputs, AS_OF).recommendations.to_pylist())


def test_days_begin_with_the_first_sale_and_a_closed_store_says_nothing(built):
    days = demand(built, "launch", "cup", "demand", "unobservable_because", "is_observable")
    assert sorted(days) == list(range(1, 11))
    assert days[10] == (3, None, True)
    assert days[9] == (0, None, True)
    assert days[5] == (0, "store_closed", False)


@pytest.mark.parametrize("item", ["roll", "bun"])
def test_a_day_on_which_the_shelf_ran_empty_is_filled_up_with_what_is_expected_of_its_rest(built, item):
    days = demand(built, "bakery", item, "demand", "units_missed", "is_observable")
    # Half of the customers come until noon. 100 units in 12.5 days are 8 a day, 4 in half a day are, too.
    assert days[8] == (8, 4, True)
    assert days[9] == days[2] == days[1] == (8, 0, True)
    assert [ago for ago, day in days.items() if not day[2]] == [7, 6, 5, 4, 3]


def test_what_was_thrown_away_was_there_to_be_sold(built):
    days = demand(built, "bakery", "loaf", "demand", "units_missed")
    assert days[3] == (6, 0) and days[1] == (8, 0)
    usual = Decimal(30) / Decimal("3.5")
    missed = Decimal("0.5") * (10 + usual) / Decimal("1.5")
    assert days[2] == (10 + missed.quantize(Decimal("0.0001")), missed.quantize(Decimal("0.0001")))


def test_what_is_sold_of_a_menu_item_is_demand_of_its_ingredients_in_that_store(built):
    beans = demand(built, "kitchen", "beans")
    assert (beans[5], beans[1]) == (Decimal("0.072"), 0)  # 3 + 1 lattes
    assert demand(built, "annex", "beans")[5] == Decimal("0.036")


def test_recipes_within_recipes_are_resolved_and_own_sales_added(built):
    milk, tomato = demand(built, "kitchen", "milk"), demand(built, "kitchen", "tomato")
    assert milk[5] == Decimal("2") + 4 * Decimal("0.2") + 8 * Decimal("0.25") * Decimal("0.1")
    assert tomato == {6: Decimal(3), 5: Decimal("1.6"), 4: 0, 3: 0, 2: 0, 1: 0}
    annex = demand(built, "annex", "milk")
    assert (annex[6], annex[5]) == (Decimal("0.1"), Decimal("0.4"))
    assert demand(built, "annex", "noodles")[6] == Decimal("0.5")


def test_a_menu_item_that_is_out_leaves_its_ingredient_what_is_expected_of_it(built):
    oil = demand(built, "grill", "oil", "demand", "units_missed", "unobservable_because")
    assert oil[4] == (4, 0, None)
    assert oil[3] == (4, 3, None)  # 10 fries, and 6 burgers that are usual
    assert oil[2] == (0, 0, "out_of_stock")


def test_a_menu_item_is_out_when_an_ingredient_is(built):
    juice = demand(built, "bar", "juice", "demand", "units_missed", "unobservable_because")
    orange = demand(built, "bar", "orange", "demand", "units_missed", "unobservable_because")
    assert (juice[4], orange[4]) == ((6, 3, None), (12, 6, None))
    assert juice[3] == orange[3] == (0, 0, "out_of_stock")
    assert juice[2] == (6, 0, None)


def test_ingredients_are_ordered_and_what_is_made_of_them_is_not(built):
    orders = recommended(built)
    for dish in (("kitchen", "pasta"), ("bar", "juice"), ("kitchen", "latte")):
        assert "made_from_recipe" in orders[dish]["reason_codes"]
        assert not orders[dish]["recommended_quantity"] and orders[dish]["urgency"] == "none"
        assert orders[dish]["reason"].startswith("Made from a recipe, so its ingredients are ordered instead")
    orange, tomato = orders["bar", "orange"], orders["kitchen", "tomato"]
    assert orange["recommended_quantity"] > 0 and "made_from_recipe" not in orange["reason_codes"]
    assert orange["demand_mean"] == pytest.approx(2 * orders["bar", "juice"]["demand_mean"], rel=0.02)
    assert "no_stock_data" in tomato["reason_codes"] and tomato["order_up_to"] > 0
    assert orders["annex", "noodles"]["on_hand"] == Decimal("0.5")


def test_recipe_lines_that_cannot_be_used_are_told(built):
    told = {
        (row["menu_item"], row["ingredient"]): row["problem"]
        for row in built.query("from marts.recipe_lines where problem is not null")
    }
    assert told == {
        ("c:salad", "c:lettuce"): "unknown_ingredient",
        ("ghost", "c:milk"): "unknown_menu_item",
        ("PASTA", "c:noodles"): "second_recipe_of_item",
        ("c:yin", "YANG"): "never_ends",
        ("c:yang", "YIN"): "never_ends",
    }
    (check,) = built.run("test", *OWN_TESTS, "--select", "recipes_can_be_used")
    assert (check.status, check.failures) == ("warn", 5)
    orders = recommended(built)
    assert "recipe_incomplete" in orders["kitchen", "salad"]["reason_codes"]
    assert "made_from_recipe" not in orders["circle", "yin"]["reason_codes"]
    assert demand(built, "circle", "yin") == {1: 1}


@pytest.mark.parametrize("store", ["movements", "levels"])
def test_the_forecast_of_a_shop_that_runs_out_is_that_of_one_that_does_not(built, scarce, store):
    assert scarce.share_out == pytest.approx(0.2, abs=0.01)
    totals = {
        row["location_key"][2:]: row["total"]
        for row in built.query(
            "select location_key, sum(demand_mean) as total from marts.demand_forecast group by location_key"
        )
    }
    assert totals[store] == pytest.approx(totals["plenty"], rel=0.05)
    naive = scarce.sold[:, -LAST_WEEKS:].sum() / scarce.demand[:, -LAST_WEEKS:].sum()
    assert naive < 0.85  # the mean of the sales of 28 days misses more than three times as much
