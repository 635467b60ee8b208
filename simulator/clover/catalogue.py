"""Items, categories, stock, tenders and the merchant as Clover tells them."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from simulator.clover.money import TENDERS
from simulator.clover.orders import ORDER_TYPES, elements, milliseconds
from simulator.clover.told import MERCHANT_ID
from simulator.ledger import Item, Ledger, Store

Json = dict[str, Any]


def items(ledger: Ledger) -> list[Json]:
    """What is sold. Deleted items are not listed."""
    names = {category.id: category.name for category in ledger.categories}
    currency = ledger.stores[0].currency
    return [item_of(item, names, currency) for item in ledger.items if not item.is_deleted]


def item_of(item: Item, category_names: dict[str, str], currency: str) -> Json:
    """One item. A cost in another currency than the merchant's cannot be told."""
    rendered: Json = {
        "id": item.id,
        "hidden": False,
        "available": True,
        "autoManage": item.tracks_inventory,
        "name": f"{item.product_name} {item.variant_name}".strip(),
        "alternateName": "",
        "price": item.price,
        "priceType": "PER_UNIT" if item.is_weighed else "FIXED",
        "defaultTaxRates": True,
        "isRevenue": not item.is_gift_card,
        "modifiedTime": milliseconds(item.updated_at),
        "cost": item.unit_cost if item.unit_cost is not None and item.cost_currency == currency else 0,
        "categories": elements(
            [{"id": item.category_id, "name": category_names[item.category_id], "sortOrder": 1}]
            if item.category_id
            else []
        ),
    }
    if item.is_weighed:
        rendered["unitName"] = "kg"
    if item.sku:
        rendered["sku"] = item.sku
    if item.barcode:
        rendered["code"] = item.barcode
    return rendered


def item_stocks(ledger: Ledger, now: datetime) -> list[Json]:
    """What is in stock; of an item that was never counted only its id."""
    stock = {item_id: quantity for (_, item_id), quantity in ledger.on_hand(now).items()}
    moved_at = {move.item_id: move.visible_at for move in ledger.movements if move.visible_at <= now}
    return [
        stock_of(item, stock[item.id], moved_at[item.id])
        if item.tracks_inventory and item.id in stock
        else {"item": {"id": item.id}}
        for item in ledger.items
        if not item.is_deleted
    ]


def stock_of(item: Item, quantity: Decimal, moved_at: datetime) -> Json:
    """The stock of one item."""
    return {
        "item": {"id": item.id},
        "stockCount": int(quantity),
        "quantity": float(quantity),
        "modifiedTime": milliseconds(moved_at),
    }


def tenders() -> list[Json]:
    """The ways to pay."""
    return [
        {"id": name, "labelKey": key, "label": label, "editable": False, "enabled": True, "visible": True}
        for name, key, label in TENDERS.values()
    ]


def order_types() -> list[Json]:
    """Where and how an order is taken."""
    return [{"id": name, "label": label, "taxable": True} for label, name in ORDER_TYPES.items()]


def merchant(store: Store) -> Json:
    """The merchant; its owner is a person."""
    return {
        "id": MERCHANT_ID,
        "name": store.name,
        "phoneNumber": store.phone,
        "address": {"address1": store.address, "country": store.country},
        "owner": {"id": "OWNER00000001", "email": store.email},
        "createdTime": milliseconds(store.created_at),
    }


def properties(store: Store, summary_hour: int, *, is_vat: bool) -> Json:
    """The merchant's properties, bank account included."""
    return {
        "defaultCurrency": store.currency,
        "timezone": store.timezone,
        "summaryHour": summary_hour,
        "resetOnReportingTime": True,
        "vat": is_vat,
        "trackStock": True,
        "updateStock": True,
        "supportEmail": store.email,
        "supportPhone": store.phone,
        "abaAccountNumber": "0210000210",
        "ddaAccountNumber": "9876543210",
    }
