"""Pieces that Toast's answers are written with."""

from datetime import UTC, date, datetime, timedelta

from simulator.core.answers import Json
from simulator.ledger import Item, Store, major_units

NEVER = "1970-01-01T00:00:00.000+0000"
"""When something was deleted that was not."""


def toast_time(moment: datetime) -> str:
    """A time as Toast writes it."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}+0000"


def toast_date(day: date) -> int:
    """A business date as Toast writes it."""
    return day.year * 10_000 + day.month * 100 + day.day


def business_date(moment: datetime, store: Store, closeout_hour: int) -> date:
    """The day that a restaurant counts a moment to, by the clock on its wall."""
    return (moment.astimezone(store.zone).replace(tzinfo=None) - timedelta(hours=closeout_hour)).date()


def money(amount: int, store: Store) -> float:
    """An amount in the restaurant's currency, as Toast's JSON numbers are: a double."""
    return float(major_units(amount, store.currency))


def reference(guid: str | None, kind: str) -> Json | None:
    """A reference to something that is configured elsewhere."""
    return {"guid": guid, "entityType": kind} if guid else None


def item_name(item: Item) -> str:
    """What a menu calls an item: Toast has no variants."""
    return item.product_name if item.variant_name == "Regular" else f"{item.product_name} {item.variant_name}"
