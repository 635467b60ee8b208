"""Pieces that sales, returns, payments and stock are written with."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

from simulator.core.answers import Json
from simulator.ledger import UNKNOWN_CARDHOLDER, Customer, Item, Line, LineKind, Store

ITEM_TYPES = {LineKind.ITEM: "ITEM", LineKind.CUSTOM: "CUSTOM_AMOUNT", LineKind.GIFT_CARD: "GIFT_CARD"}


def rfc3339(moment: datetime) -> str:
    """A time as Square writes it."""
    precision = "milliseconds" if moment.microsecond % 1000 == 0 else "microseconds"
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=precision) + "Z"


def quantity_text(quantity: Decimal) -> str:
    """A quantity as Square writes it."""
    return f"{quantity.normalize():f}"


def card(customer: Customer | None, brand: str = "VISA") -> Json:
    """Details of a payment card, all of them personal data."""
    holder = customer.name if customer else UNKNOWN_CARDHOLDER
    return {
        "card_brand": brand,
        "last_4": "4929",
        "exp_month": 11,
        "exp_year": 2031,
        "cardholder_name": holder,
    }


def what_is_sold(line: Line, items: Mapping[str, Item]) -> Json:
    """The id, name and quantity of a line; an item that is not in the catalogue keeps the line's name."""
    item = items.get(line.item_id or "")
    what: Json = {
        "uid": line.id,
        "name": item.product_name if item else line.name,
        "quantity": quantity_text(line.quantity),
        "item_type": ITEM_TYPES[line.kind],
    }
    if line.item_id:
        what |= {"catalog_object_id": line.item_id, "catalog_version": 1}
    if item:
        what["variation_name"] = item.variant_name
    return what


def money_of(store: Store, amount: int) -> Json:
    """An amount in a store's currency."""
    return {"amount": amount, "currency": store.currency}


def no_amounts(store: Store) -> dict[str, Json]:
    """Totals of an order that sold nothing."""
    names = ("total_money", "tax_money", "discount_money", "tip_money", "service_charge_money")
    return {name: money_of(store, 0) for name in names}


def subtract(sold: dict[str, Json], given: dict[str, Json]) -> dict[str, Json]:
    """Net amounts: sold less given back."""
    return {name: money | {"amount": money["amount"] - given[name]["amount"]} for name, money in sold.items()}


def empty_order(store: Store, order_id: str, version: int) -> Json:
    """What every order has that sold nothing."""
    totals = no_amounts(store)
    return {
        "id": order_id,
        "location_id": store.id,
        "source": {"name": "Point of Sale"},
        "state": "COMPLETED",
        "version": version,
        **{f"total_{name}" if name != "total_money" else name: value for name, value in totals.items()},
        "net_amount_due_money": money_of(store, 0),
    }


def applied_to(store: Store, line: Line) -> Json:
    """Which taxes and discounts of the order stand on a line."""
    applied: Json = {}
    if line.taxes:
        applied["applied_taxes"] = [
            {"uid": f"at{index}", "tax_uid": tax.tax_id, "applied_money": money_of(store, tax.amount)}
            for index, tax in enumerate(line.taxes, start=1)
        ]
    if line.discounts:
        applied["applied_discounts"] = [
            {
                "uid": f"ad{index}",
                "discount_uid": one.discount_id,
                "applied_money": money_of(store, one.amount),
            }
            for index, one in enumerate(line.discounts, start=1)
        ]
    return applied
