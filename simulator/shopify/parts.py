"""Small things that Shopify's answers are made of."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from simulator.core.answers import Json
from simulator.ledger import major_units


def gid(kind: str, number: str | int) -> str:
    """A global id."""
    return f"gid://shopify/{kind}/{number}"


def number_of(global_id: str) -> str:
    """The number of a global id."""
    return global_id.rpartition("/")[2]


def iso(moment: datetime) -> str:
    """A time as Shopify writes it: in UTC, to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"


def decimal(amount: int, currency: str) -> str:
    """An amount in the currency's own unit, as text with one decimal place at least."""
    text = f"{major_units(amount, currency):f}"
    whole, _, fraction = text.partition(".")
    return f"{whole}.{fraction.rstrip('0') or '0'}"


def money(amount: int, currency: str) -> Json:
    """A MoneyV2."""
    return {"amount": decimal(amount, currency), "currencyCode": currency}


@lru_cache(maxsize=100_000)
def money_bag(amount: int, currency: str) -> Json:
    """A MoneyBag of a buyer who pays in the shop's currency. One amount is one object: nobody changes it."""
    both = money(amount, currency)
    return {"shopMoney": both, "presentmentMoney": both}


def typed(kind: str, **fields: Any) -> Json:
    """An object that says of which type it is, as members of an interface or union have to."""
    return {"__typename": kind, **fields}
