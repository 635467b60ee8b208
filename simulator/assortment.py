"""Made-up stores, items, suppliers and customers: what a ledger is about, before anything is sold."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from random import Random

from simulator.ledger import Category, Customer, Item, Store, Supplier, Tax

PLACES = (
    ("Harbour Street", "America/New_York", "USD", "US", time(8), time(22)),
    ("Castle Row", "Europe/London", "GBP", "GB", time(9), time(20)),
    ("Night Market", "America/Los_Angeles", "USD", "US", time(16), time(2)),
    ("Old Mill", "America/Toronto", "CAD", "CA", time(7), time(19)),
    ("Lagoon", "Australia/Lord_Howe", "AUD", "AU", time(10), time(21)),
    ("Sakura Gate", "Asia/Tokyo", "JPY", "JP", time(11), time(1)),
    ("Quay", "Europe/Dublin", "EUR", "IE", time(8), time(18)),
)
"""Name, time zone, currency, country, opening hours. More stores than places: they repeat, numbered."""

SALES_TAX = Tax("TAX-ADDED", "Sales tax", Decimal("8.875"), inclusive=False)
VALUE_ADDED_TAX = Tax("TAX-INCLUDED", "VAT", Decimal(20), inclusive=True)
CITY_TAX = Tax("TAX-CITY", "City tax", Decimal("0.375"), inclusive=False)
TAXES = (SALES_TAX, VALUE_ADDED_TAX, CITY_TAX)

TAX_INCLUSIVE_COUNTRIES = frozenset({"GB", "AU", "IE", "JP"})

CATEGORY_NAMES = ("Coffee", "Bakery", "Pantry", "Produce", "Household", "Seasonal")
PRODUCTS = (
    ("Espresso beans", 0),
    ("Filter beans", 0),
    ("Oat latte", 0),
    ("Cold brew", 0),
    ("Chai", 0),
    ("Sourdough", 1),
    ("Croissant", 1),
    ("Rye loaf", 1),
    ("Cinnamon roll", 1),
    ("Baguette", 1),
    ("Olive oil", 2),
    ("Pasta", 2),
    ("Tomato passata", 2),
    ("Honey", 2),
    ("Sea salt", 2),
    ("Tomatoes", 3),
    ("Apples", 3),
    ("Parmesan", 3),
    ("Olives", 3),
    ("Mushrooms", 3),
    ("Soap bar", 4),
    ("Tea towel", 4),
    ("Candle", 4),
    ("Mug", 4),
    ("Dish brush", 4),
    ("Gingerbread", 5),
    ("Ice lolly", 5),
    ("Advent tea", 5),
    ("Picnic basket", 5),
    ("Pumpkin", 5),
)
VARIANTS = ("Regular", "Large", "Family")
WEIGHED_CATEGORY, SEASONAL_CATEGORY = 3, 5

GIVEN_NAMES = ("Oriana", "Thaddeus", "Perpetua", "Leopold", "Isolde", "Cornelius", "Seraphina", "Barnaby")
FAMILY_NAMES = ("Quillfeather", "Brackwater", "Thistlewood", "Ravensworth", "Applegarth", "Hollingbery")


@dataclass(frozen=True, slots=True)
class Habit:
    """How an item sells.

    Attributes:
        weight: Share of the lines, relative to the other items.
        sells_on: Chance that it is asked for at all on a day; below 1 the item is intermittent.
        peak_month: Month in which a seasonal item sells most, None for the others.
        reorder_below: Stock at which more is ordered.
        delivery: Quantity of one delivery.
        lead_days: Days from order to delivery; late ones leave the shelf empty.
    """

    weight: float
    sells_on: float
    peak_month: int | None
    reorder_below: int
    delivery: int
    lead_days: int


@dataclass(frozen=True, slots=True)
class Assortment:
    """The stage of a ledger."""

    stores: tuple[Store, ...]
    categories: tuple[Category, ...]
    suppliers: tuple[Supplier, ...]
    items: tuple[Item, ...]
    habits: tuple[Habit, ...]
    gift_card: Item
    customers: tuple[Customer, ...]


def make_stores(count: int, opened: datetime) -> tuple[Store, ...]:
    """Stores in several time zones and currencies; the first is the seller's main one."""
    stores = []
    for index in range(count):
        name, timezone, currency, country, opens, closes = PLACES[index % len(PLACES)]
        number = index // len(PLACES)
        stores.append(
            Store(
                id=f"L{index + 1:03d}",
                name=f"{name} {number + 1}" if number else name,
                timezone=timezone,
                currency=currency,
                country=country,
                opens=opens,
                closes=closes,
                created_at=opened - timedelta(days=30),
                is_active=True,
                address=f"{index + 11} Marzipan Crescent",
                phone=f"+1555010{index:04d}",
                email=f"store{index + 1:03d}@shopkeeper.example",
            )
        )
    return tuple(stores)


def make_customers(count: int) -> tuple[Customer, ...]:
    """Buyers with contact data that must never reach the warehouse."""
    customers = []
    for index in range(count):
        given = GIVEN_NAMES[index % len(GIVEN_NAMES)]
        family = FAMILY_NAMES[index // len(GIVEN_NAMES) % len(FAMILY_NAMES)]
        customers.append(
            Customer(
                id=f"CUST{index + 1:05d}",
                name=f"{given} {family} {index + 1:05d}",
                email=f"{given}.{family}.{index + 1}@mailbox.example".lower(),
                phone=f"+4477009{index:05d}",
                address=f"{index + 3} Peppercorn Lane",
            )
        )
    return tuple(customers)


def make_assortment(
    rng: Random, *, stores: int, items: int, customers: int, opened: datetime, weighs: bool
) -> Assortment:
    """Draws stores, items with their habits, suppliers and customers."""
    suppliers = tuple(
        Supplier(
            f"SUP{n}", f"{name} Wholesale", n != 4, f"Rep {name} Fairweather", f"rep.{n}@supplier.example"
        )
        for n, name in enumerate(("Northgate", "Meadow", "Quarry", "Ferry"), start=1)
    )
    made: list[Item] = []
    habits: list[Habit] = []
    for index in range(items):
        (product, category), variant = PRODUCTS[index % len(PRODUCTS)], index // len(PRODUCTS)
        price = 0 if index == 9 else rng.randrange(95, 2400)
        weight = 4 / (1 + index % 17) + rng.random()
        intermittent = index % 6 == 4
        daily = max(1, round(weight * 2))
        lead_days = rng.randint(2, 6)
        made.append(
            Item(
                id=f"VAR{index + 1:04d}",
                product_id=f"ITEM{index % len(PRODUCTS) + 1:04d}" if index < items - 1 else "ITEMOLD",
                product_name=product,
                variant_name=VARIANTS[variant % len(VARIANTS)] if variant < 3 else f"Size {variant}",
                sku=None if index % 11 == 7 else f"SKU-{index + 1:04d}",
                barcode=None if index % 5 == 3 else f"40{index + 1:010d}",
                category_id=None if index % 13 == 12 else f"CAT{category + 1}",
                supplier_id=None if index % 9 == 8 else suppliers[index % 3].id,
                price=price,
                unit_cost=None if index % 9 == 8 else rng.randrange(price * 3 // 10, price * 7 // 10 + 1),
                cost_currency="USD",
                tracks_inventory=index % 10 != 2,
                is_weighed=weighs and category == WEIGHED_CATEGORY,
                is_gift_card=False,
                is_deleted=index == items - 1,
                updated_at=opened,
            )
        )
        habits.append(
            Habit(
                weight=weight * (3 if intermittent else 1),
                sells_on=0.12 if intermittent else 1.0,
                peak_month=(12, 7, 12, 7, 10)[index % 5] if category == SEASONAL_CATEGORY else None,
                reorder_below=daily * lead_days + 4,
                delivery=daily * 14 + 6,
                lead_days=lead_days,
            )
        )
    gift_card = Item(
        id="VARGIFT",
        product_id="ITEMGIFT",
        product_name="Gift card",
        variant_name="Any amount",
        sku="GIFT",
        barcode=None,
        category_id=None,
        supplier_id=None,
        price=2500,
        unit_cost=None,
        cost_currency="USD",
        tracks_inventory=False,
        is_weighed=False,
        is_gift_card=True,
        is_deleted=False,
        updated_at=opened,
    )
    return Assortment(
        stores=make_stores(stores, opened),
        categories=tuple(Category(f"CAT{n}", name) for n, name in enumerate(CATEGORY_NAMES, start=1)),
        suppliers=suppliers,
        items=(*made, gift_card),
        habits=tuple(habits),
        gift_card=gift_card,
        customers=make_customers(customers),
    )
