"""Items across systems, how they sell and stand on the menu. Every expected figure is worked out by hand."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dbt_project.square_rows import Account, amounts, utc
from tests.dbt_project.warehouse import OWN_TESTS, SALES, Warehouse

ITEMS = (
    *SALES,
    "path:models/marts/items",
    "path:models/marts/menu",
    "item_opening_stock",
    "recipe_lines",
    "recipe_ingredients",
    "item_daily_cancellations",
    "item_stockouts",
    "ingredient_daily_use",
    "item_daily_demand",
)
TOWN = "town"
BELOW = ("fct_sales_lines", "revenue_by_hour", "item_daily_totals", "item_opening_stock")
MARTS = ("item_daily_revenue", "item_daily_sales", "item_attributes", "item_velocity", "menu_performance")
SUMS = {
    "item_daily_sales": "currency, business_date, sum(units_sold), sum(units_returned), sum(net_sales)",
    "item_velocity": "currency, sum(units_7d), sum(units_90d), sum(net_sales_90d)",
    "menu_performance": "currency, window_days, sum(units), sum(units_returned), sum(net_sales),"
    " sum(lines_sold), sum(lines_with_modifiers), sum(lines_discounted)",
}
DAYS_OF_AN_ITEM = """
    insert into marts.item_daily_demand
        (location_key, item_key, business_date, weekday, days_ago, demand, units_missed, is_observable)
    select 'yard', '{item}', business_date, isodow(business_date), days_ago, {units}, 0, true
    from (
        select days_ago, cast(date '2026-11-03' - cast(days_ago as integer) as date) as business_date
        from range(1, {days}) as days (days_ago)
    )
"""


@pytest.fixture(scope="module")
def built(warehouse: Warehouse) -> Warehouse:
    """A shop with a till and a file of sales in one town, and a shop abroad; seen from 3 November 2026."""
    shop = Account(warehouse, "shop")
    shop.store("cafe")
    shop.store("abroad", "GBP")
    for store in ("shop:cafe", "files:main"):
        warehouse.insert("raw_settings.location_map", [{"location_id": store, "location_key": TOWN}])
    a_catalogue(shop)
    sales_at_the_till(shop)
    sales_in_a_file(warehouse)
    warehouse.run("build", "--exclude-resource-type", "unit_test", "--select", *ITEMS)
    return warehouse


def a_catalogue(shop: Account) -> None:
    """Water has no category, cake no cost; the mug and the jam are sold elsewhere, too."""
    for item, category, cost, sku, upc in (
        ("tea", "Hot", 100, "T1", "111"),
        ("cake", "Bakery", None, "C1", None),
        ("jam", "Shelf", 200, "J1", "222"),
        ("mug", "Shelf", 300, "M1", "333"),
        ("water", None, 50, "W1", None),
    ):
        shop.item(item, sku=sku, upc=upc)
        if category:
            shop.add(
                "catalog_item_categories",
                item_id=f"product of {item}",
                item_version=1,
                category_id=category,
                ordinal=1,
            )
        if cost:
            shop.add(
                "catalog_variation_vendors",
                variation_id=item,
                variation_version=1,
                vendor_id="v",
                unit_cost_amount=cost,
                unit_cost_currency="USD",
            )
    for category in ("Hot", "Bakery", "Shelf"):
        shop.add("catalog_categories", id=category, name=category)
    shop.add("vendors", id="v", name="Mill", status="ACTIVE")


def sales_at_the_till(shop: Account) -> None:
    # yesterday: tea 8.00, tea 4.00 less 0.40, cake 5.00, jam 6.00; two modifiers are on one line
    shop.order("o1", "cafe", "2026-11-02 17:00", total=2260)
    shop.line("o1", "a", 800, item="tea", quantity="2")
    shop.line("o1", "b", 400, item="tea", discount=40)
    shop.line("o1", "c", 500, item="cake")
    shop.line("o1", "d", 600, item="jam")
    for uid in ("m1", "m2"):
        shop.add(
            "order_line_modifiers", order_id="o1", order_version=1, line_uid="a", uid=uid, name="Oat milk"
        )
    # 14, 63 and 125 days ago
    shop.order("o2", "cafe", "2026-10-20 17:00", total=2600)
    shop.line("o2", "a", 1600, item="tea", quantity="4")
    shop.line("o2", "b", 1000, item="water", quantity="5")
    shop.order("o3", "cafe", "2026-09-01 17:00", total=5200)
    shop.line("o3", "a", 4000, item="tea", quantity="10")
    shop.line("o3", "b", 1200, item="jam", quantity="2")
    shop.order("o4", "cafe", "2026-07-01 17:00", total=40000)
    shop.line("o4", "a", 40000, item="tea", quantity="100")
    # one tea of 14 days ago comes back yesterday; fifty more are never sold
    shop.order("r1", "cafe", "2026-11-02 18:00")
    shop.returned("r1", source="o2", total=400)
    shop.returned_line("r1", "x", 400, source="o2", source_line="a", item="tea")
    shop.order("o5", "cafe", "2026-11-01 17:00", state="CANCELED")
    shop.line("o5", "a", 20000, item="tea", quantity="50")
    shop.order("o6", "abroad", "2026-11-01 17:00", total=300)
    shop.line("o6", "a", 300, item="tea")


def sales_in_a_file(warehouse: Warehouse) -> None:
    """Two days ago: three jams at 5.00 under the till's SKU, a mug under its SKU and another barcode."""
    told = {"connection_id": "files"}
    store = {
        "id": "main",
        "name": "Main",
        "timezone": "UTC",
        "currency": "USD",
        "business_day_cutoff_minutes": 0,
    }
    warehouse.insert("raw_csv.locations", [{**told, **store, "when_order_repeats": "replace"}])
    warehouse.insert("raw_csv.files", [{**told, "file_hash": "f", "file_name": "f.csv", "load_order": 1}])
    for number, (item, sku, barcode, quantity, price) in enumerate(
        (("jam", " j1", None, 3, 5), ("mug", "M1", "444", 1, 12))
    ):
        sold = {"item_id": item, "sku": sku, "barcode": barcode, "sold_at": utc("2026-11-01 12:00")}
        numbers = {"quantity": Decimal(quantity), "unit_price": Decimal(price)}
        line = {
            "file_hash": "f",
            "line_number": number,
            "row_kind": "sale",
            "order_id": "1",
            "location_id": "main",
        }
        warehouse.insert("raw_csv.sales", [{**told, **line, **sold, **numbers}])


def menu(built: Warehouse, window_days: int) -> dict[tuple[str, str], dict[str, Any]]:
    rows = built.query(f"from marts.menu_performance where window_days = {window_days}")
    return {(row["location_key"], row["item_key"].removeprefix("shop:")): row for row in rows}


def test_an_id_says_by_which_rule_it_is_one_item_with_others(built: Warehouse) -> None:
    rows = {row["item_id"]: row for row in built.query("from marts.dim_items")}
    described = {
        item_id: (row["item_key"], row["item_key_rule"], row["category"], row["has_barcode_conflict"])
        for item_id, row in rows.items()
    }
    assert described == {
        "shop:tea": ("shop:tea", "own", "Hot", False),
        "shop:cake": ("shop:cake", "own", "Bakery", False),
        "shop:jam": ("shop:jam", "sku", "Shelf", False),
        "files:jam": ("shop:jam", "sku", None, False),
        "shop:mug": ("shop:mug", "own", "Shelf", True),
        "files:mug": ("files:mug", "own", None, True),
        "shop:water": ("shop:water", "own", None, False),
    }
    assert (rows["shop:jam"]["first_sold_on"], rows["shop:jam"]["last_sold_on"]) == (
        date(2026, 9, 1),
        date(2026, 11, 2),
    )
    assert rows["files:jam"]["first_sold_on"] == date(2026, 11, 1)
    assert rows["shop:mug"]["first_sold_on"] is None
    assert rows["shop:cake"]["unit_cost"] is None


def test_a_store_says_when_it_first_and_last_sold(built: Warehouse) -> None:
    rows = built.query("from marts.dim_locations order by location_id")
    assert [
        (row["location_id"], row["location_key"], row["first_sale_on"], row["last_sale_on"]) for row in rows
    ] == [
        ("files:main", TOWN, date(2026, 11, 1), date(2026, 11, 1)),
        ("shop:abroad", "shop:abroad", date(2026, 11, 1), date(2026, 11, 1)),
        ("shop:cafe", TOWN, date(2026, 7, 1), date(2026, 11, 2)),
    ]


def test_an_item_of_two_systems_has_one_velocity(built: Warehouse) -> None:
    rows = built.query(f"from marts.item_velocity where location_key = '{TOWN}'")
    found = {row["item_key"]: row for row in rows}
    # the town was open on 2 of 7 days, on 3 of 28 and on 4 of 90
    jam, tea = found["shop:jam"], found["shop:tea"]
    assert (jam["sellable_days_7d"], jam["sellable_days_28d"], jam["sellable_days_90d"]) == (2, 3, 4)
    assert (jam["velocity_7d"], jam["velocity_28d"], jam["velocity_90d"]) == (2, pytest.approx(4 / 3), 1.5)
    assert (tea["velocity_7d"], tea["velocity_90d"], tea["days_since_last_sale"]) == (1.5, 4.25, 1)
    assert (jam["rank_units_7d"], tea["rank_units_7d"]) == (1, 2)
    # 7 days: jam 21.00, mug 12.00, tea 8.00 + 3.60 - 4.00, cake 5.00
    assert list(amounts(jam, "net_sales_7d")) == ["21"] and list(amounts(tea, "net_sales_7d")) == ["7.6"]
    assert {key: row["rank_net_sales_7d"] for key, row in found.items()} == {
        "shop:jam": 1, "files:mug": 2, "shop:tea": 3, "shop:cake": 4, "shop:water": 5,
    }  # fmt: skip
    assert tea["gross_margin_90d"] == pytest.approx((63.6 - 16) / 63.6)
    assert found["shop:cake"]["gross_margin_90d"] is None


def test_the_menu_of_28_days(built: Warehouse) -> None:
    # 18 units of 5 items: popular from 70 % of 3.6, 2.52. Margins: 38.10 on 15 units kept, 2.54 each.
    found = menu(built, 28)
    names = ("units", "units_returned", "net_sales", "contribution_margin", "contribution_margin_per_unit")
    described = {
        item: (*amounts(row, *names), row["menu_class"])
        for (store, item), row in found.items()
        if store == TOWN
    }
    assert described == {
        "tea": ("7", "1", "23.6", "17.6", "2.9333", "star"),
        "jam": ("4", "0", "21", "13", "3.25", "star"),
        "water": ("5", "0", "10", "7.5", "1.5", "plowhorse"),
        "cake": ("1", "0", "5", "null", "null", None),
        "files:mug": ("1", "0", "12", "null", "null", None),
    }
    assert found[TOWN, "tea"]["popularity_share"] == pytest.approx(7 / 18)
    assert found[TOWN, "water"]["category"] is None


def test_the_menu_of_90_days_holds_no_older_sale(built: Warehouse) -> None:
    # 30 units of 5 items: popular from 4.2. Margins: 47.60 of tea, 7.50 of water, 21.00 of jam; 2.8185 each.
    found = menu(built, 90)
    names = ("units", "orders", "contribution_margin", "contribution_margin_per_unit")
    described = {
        item: (found[TOWN, item]["orders"], *amounts(found[TOWN, item], *names[:1], *names[2:]))
        for item in ("tea", "jam", "water")
    }
    assert described == {
        "tea": (3, "17", "47.6", "2.975"),
        "jam": (3, "6", "21", "3.5"),
        "water": (1, "5", "7.5", "1.5"),
    }
    assert found[TOWN, "tea"]["menu_class"] == "star"


def test_modifiers_and_discounts_are_shares_of_lines(built: Warehouse) -> None:
    tea = menu(built, 28)[TOWN, "tea"]
    assert (tea["orders"], tea["lines_sold"], tea["lines_with_modifiers"], tea["lines_discounted"]) == (
        2,
        3,
        1,
        1,
    )
    assert (tea["modifier_uptake"], tea["discount_rate"]) == (pytest.approx(1 / 3), pytest.approx(1 / 3))
    assert tea["void_rate"] is None  # no line of the town was struck out


def test_a_cost_in_another_currency_is_no_cost(built: Warehouse) -> None:
    tea = menu(built, 28)["shop:abroad", "tea"]
    assert (tea["currency"], tea["unit_cost"], tea["menu_class"], tea["popularity_share"]) == (
        "GBP",
        None,
        None,
        1,
    )
    assert tea["modifier_uptake"] is None  # no line abroad has a modifier


def sums(warehouse: Warehouse) -> dict[str, list[dict[str, Any]]]:
    return {
        mart: warehouse.query(f"select {told} from marts.{mart} group by all order by all")
        for mart, told in SUMS.items()
    }


def test_nothing_is_lost_or_doubled_where_the_catalogue_and_the_stores_are_missing(
    built: Warehouse, tmp_path: Path
) -> None:
    before, bare = sums(built), built.without(tmp_path, "locations", "items", "suppliers")
    bare.run("build", *OWN_TESTS, "--full-refresh", "--select", *BELOW, *MARTS)
    after = sums(bare)
    for mart, rows in before.items():
        # days on which nothing happened reach back to the first sale of what is now two items
        moved = [row for row in after[mart] if any(row[name] for name in row if name.startswith("sum("))]
        assert moved == [row for row in rows if any(row[name] for name in row if name.startswith("sum("))], (
            mart
        )


@pytest.fixture(scope="module")
def years(built: Warehouse) -> Warehouse:
    """Lights for a year, 13 a day in December and else 1; soap for 800 days, 2 a day; wreaths for 364."""
    with duckdb.connect(str(built.path)) as connection:
        for item, days, units in (
            ("lights", 365, "case when extract(month from business_date) = 12 then 13 else 1 end"),
            ("soap", 800, "2"),
            ("wreath", 364, "1"),
        ):
            connection.execute(DAYS_OF_AN_ITEM.format(item=item, days=days + 1, units=units))
            category = "Home" if item == "soap" else "Decoration"
            connection.execute(
                "insert into marts.item_attributes (item_key, item_name, category, is_active, is_gift_card, "
                "made_from_recipe, recipe_incomplete) "
                f"values ('{item}', '{item}', '{category}', true, false, false, false)"
            )
    built.run("build", "--exclude-resource-type", "unit_test", "--select", "item_seasonality")
    return built


def months(built: Warehouse, item: str) -> dict[int, tuple[float, int, str]]:
    rows = built.query(
        "from marts.item_seasonality "
        f"where location_key = 'yard' and item_key = '{item}' and period_kind = 'month'"
    )
    return {row["period"]: (row["seasonal_index"], row["observations"], row["source"]) for row in rows}


def test_a_month_is_compared_over_whole_years(years: Warehouse) -> None:
    # Lights have a mean of 24 / 12 = 2 a day: 6.5 in December, else 0.5. Soap has two Decembers in its two
    # years, so all have (13 + 2 * 2) / (2 + 2 * 2) = 17 / 6 in December, else 5 / 6. Decoration is the lights
    # alone, on 365 sale days: (365 * 6.5 + 200 * 17 / 6) / 565 = 5.2021. Lights themselves:
    # (365 * 6.5 + 60 * 5.2021) / 425.
    assert months(years, "lights")[12] == (6.3168, 31, "item")
    assert months(years, "lights")[1] == (0.5167, 31, "item")
    # Home: 1 on 730 sale days, beside 17 / 6 on 200: 1.3943; soap: (730 * 1 + 60 * 1.3943) / 790
    assert months(years, "soap")[12] == (1.0299, 62, "item")


def test_less_than_a_year_takes_its_categorys_months(years: Warehouse) -> None:
    assert months(years, "wreath")[12] == (5.2021, 31, "category")
    assert len(months(years, "wreath")) == 12


def test_a_store_of_less_than_a_year_has_weekdays_and_no_months(years: Warehouse) -> None:
    rows = years.query(f"from marts.item_seasonality where location_key = '{TOWN}'")
    assert {(row["period_kind"], row["source"]) for row in rows} == {("weekday", "all")}
