"""Menus, configuration and scarce stock as Toast tells them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from simulator.core.answers import Json
from simulator.ledger import Item, Ledger, Store
from simulator.toast.parts import item_name, money, toast_date, toast_time

ZERO = Decimal(0)
DINING_OPTIONS = {
    "DO-DINE-IN": ("Dine in", "DINE_IN"),
    "DO-TAKE-OUT": ("Take out", "TAKE_OUT"),
    "DO-DELIVERY": ("Delivery", "DELIVERY"),
}
REVENUE_CENTERS = {"RC-COUNTER": "Counter", "RC-ONLINE": "Online"}


def sold_items(ledger: Ledger) -> Iterator[Item]:
    """What stands on a menu: neither gift cards nor what was deleted."""
    return (item for item in ledger.items if not item.is_gift_card and not item.is_deleted)


def restaurant(ledger: Ledger, store: Store, closeout_hour: int) -> Json:
    """A restaurant; it began with Toast on the day before its first order, or when it was opened."""
    opened = [sale.opened_at for sale in ledger.sales if sale.store_id == store.id]
    first = min(opened, default=store.created_at).astimezone(store.zone) - timedelta(days=1)
    return {
        "guid": store.id,
        "general": {
            "name": store.name,
            "locationName": store.name,
            "locationCode": store.id,
            "description": None,
            "timeZone": store.timezone,
            "closeoutHour": closeout_hour,
            "managementGroupGuid": "GROUP-1",
            "currencyCode": store.currency,
            "firstBusinessDate": toast_date(first.date()),
            "archived": not store.is_active,
        },
        "location": {"address1": store.address, "phone": store.phone, "country": store.country},
    }


def menus(ledger: Ledger, store: Store, now: datetime) -> Json:
    """The published menus: one menu, one group, and in it a group for each category."""
    categories: list[tuple[str | None, str]] = [
        *((category.id, category.name) for category in ledger.categories),
        (None, "Other"),
    ]
    groups = [
        {
            "guid": f"GROUP-{guid or 'OTHER'}",
            "name": name,
            "menuGroups": [],
            "menuItems": [
                menu_item(item, store, {"guid": guid, "name": name} if guid else None)
                for item in sold_items(ledger)
                if item.category_id == guid
            ],
        }
        for guid, name in categories
    ]
    all_day = {"guid": "GROUP-ALL-DAY", "name": "All day", "menuGroups": groups, "menuItems": []}
    options = {
        str(number): {"referenceId": number, "guid": guid, "name": name, "price": money(price, store)}
        for number, (guid, (name, price)) in enumerate(sorted(modifiers(ledger).items()), start=1)
    }
    return {
        "restaurantGuid": store.id,
        "lastUpdated": toast_time(now),
        "restaurantTimeZone": store.timezone,
        "menus": [{"guid": "MENU-1", "name": "Menu", "menuGroups": [all_day]}],
        "modifierGroupReferences": {},
        "modifierOptionReferences": options,
        "preModifierGroupReferences": {},
    }


def menu_item(item: Item, store: Store, category: Json | None) -> Json:
    """An item of a menu."""
    return {
        "guid": item.id,
        "multiLocationId": item.id,
        "name": item_name(item),
        "kitchenName": "",
        "description": "",
        "price": money(item.price, store),
        "pricingStrategy": "BASE_PRICE",
        "isDeferred": False,
        "isDiscountable": True,
        "salesCategory": category,
        "plu": "",
        "sku": item.sku or "",
        "unitOfMeasure": "KG" if item.is_weighed else "NONE",
        "modifierGroupReferences": [],
    }


def modifiers(ledger: Ledger) -> dict[str, tuple[str, int]]:
    """Every modifier that was ever sold, with its name and unit price."""
    return {
        modifier.id: (modifier.name, modifier.unit_price)
        for sale in ledger.sales
        for line in sale.lines
        for modifier in line.modifiers
    }


def configuration(ledger: Ledger) -> dict[str, list[Json]]:
    """The lists of the configuration API, by their paths."""
    items = [
        {"guid": item.id, "entityType": "MenuItem", "name": item_name(item), "sku": item.sku, "plu": None}
        for item in sold_items(ledger)
    ]
    items += [
        {"guid": guid, "entityType": "MenuItem", "name": name, "sku": None, "plu": None}
        for guid, (name, _) in sorted(modifiers(ledger).items())
    ]
    return {
        "menuItems": items,
        "salesCategories": [
            {"guid": category.id, "entityType": "SalesCategory", "name": category.name}
            for category in ledger.categories
        ],
        "diningOptions": [
            {"guid": guid, "entityType": "DiningOption", "name": name, "behavior": behavior}
            for guid, (name, behavior) in DINING_OPTIONS.items()
        ],
        "revenueCenters": [
            {"guid": guid, "entityType": "RevenueCenter", "name": name}
            for guid, name in REVENUE_CENTERS.items()
        ],
    }


def stock(ledger: Ledger, store: Store, now: datetime) -> Iterator[Json]:
    """The restaurant's list of scarce items. Its staff count down every tracked item: all stand on it."""
    tracked = {item.id for item in ledger.items if item.tracks_inventory}
    for (store_id, item_id), quantity in sorted(ledger.on_hand(now).items()):
        if store_id == store.id and item_id in tracked:
            left = quantity > ZERO
            yield {
                "guid": item_id,
                "multiLocationId": item_id,
                "itemGuidValidity": "VALID",
                "status": "QUANTITY" if left else "OUT_OF_STOCK",
                "quantity": float(quantity) if left else None,
                "versionId": None,
            }
