"""Reads one value of a custom API's record. Numbers come as their own digits, never as binary fractions."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from connectors.core.tables import DECIMAL
from connectors.core.times import WrittenTimes
from connectors.generic.kinds import WORDS, Kind

Scalar = str | bool
Written = Scalar | Decimal | None
Convert = Callable[[Scalar], Written]

NUMBER = re.compile(r"[+-]?\d{1,20}(\.\d{1,60})?([eE][+-]?\d{1,2})?")
LARGEST = Decimal(10) ** 14
"""Amounts are decimal(18,4) above the raw layer."""
PLACES = Decimal(1).scaleb(-DECIMAL.scale)
CURRENCY = re.compile(r"[A-Z]{3}")
FLAGS = {
    **dict.fromkeys(("true", "1", "yes", "y"), True),
    **dict.fromkeys(("false", "0", "no", "n"), False),
}
UNKNOWN_METHOD = "other"


class Unusable(Exception):
    """A value that cannot be used. Its text says why and repeats nothing of it, which may be personal."""


def scalar(value: Any) -> Scalar | None:
    """A JSON value as a text or a boolean; an empty text is no value.

    Raises:
        Unusable: It is a list or an object.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value.strip() or None
    raise Unusable("is a list or an object, not one value")


def converter(
    kind: Kind,
    *,
    minor: bool = False,
    times: str = "iso",
    zone: ZoneInfo | None = None,
    words: Mapping[str, str] | None = None,
    field: str = "",
) -> Convert:
    """How values of one field are read.

    Args:
        kind: The field's kind.
        minor: Amounts are in the currency's smallest unit, and so have to be whole.
        times: How times are written.
        zone: The time zone of times that name none.
        words: What the API's own words mean, besides the usual ones.
        field: Name of the field, for its usual words.
    """
    match kind:
        case Kind.TIME:
            return _moments(times, zone)
        case Kind.WORD:
            return _words(field, words or {})
        case Kind.MONEY if minor:
            return smallest_units
    return READ_AS[kind]


def text(value: Scalar) -> str:
    """An id or a name."""
    return value if isinstance(value, str) else str(value).lower()


def number(value: Scalar) -> Decimal:
    """An exact number, to ten places: what stands behind them is the noise of a binary fraction."""
    if isinstance(value, bool) or not NUMBER.fullmatch(value):
        raise Unusable("is no number")
    read = Decimal(value)
    if abs(read) >= LARGEST:
        raise Unusable("is too large a number")
    return read.quantize(PLACES, ROUND_HALF_UP)


def smallest_units(value: Scalar) -> Decimal:
    """An amount in the currency's smallest unit."""
    read = number(value)
    if read % 1:
        raise Unusable("is no whole number, but `amounts` says that amounts are in the smallest unit")
    return read


def count(value: Scalar) -> str:
    """A whole number."""
    read = number(value)
    if read % 1:
        raise Unusable("is no whole number")
    return str(int(read))


def flag(value: Scalar) -> bool:
    """Yes or no, in one of the usual ways."""
    if isinstance(value, bool):
        return value
    read = FLAGS.get(value.lower())
    if read is None:
        raise Unusable("is neither true nor false")
    return read


def day(value: Scalar) -> str:
    """A day, as 2026-01-31 or 20260131."""
    try:
        return datetime.fromisoformat(text(value)).date().isoformat()
    except ValueError:
        raise Unusable("is no day like 2026-01-31") from None


def currency(value: Scalar) -> str:
    """An ISO 4217 code."""
    code = text(value).upper()
    if not CURRENCY.fullmatch(code):
        raise Unusable("is no code of three letters")
    return code


def time_zone(value: Scalar) -> str:
    """An IANA time zone."""
    if value not in available_timezones():
        raise Unusable("is no IANA time zone like Europe/London")
    return text(value)


def _moments(written: str, zone: ZoneInfo | None) -> Convert:
    times = WrittenTimes(("%Y-%m-%d" if written == "date" else written,), zone)

    @lru_cache(maxsize=10_000)
    def moment(value: Scalar) -> str:
        read = times.read(text(value))
        if isinstance(read, str):
            raise Unusable(read)
        return f"{read:%Y-%m-%dT%H:%M:%S.%fZ}"

    return moment


def _words(field: str, own: Mapping[str, str]) -> Convert:
    known = {**WORDS[field], **{_plain(word): meaning for word, meaning in own.items()}}

    def word(value: Scalar) -> str:
        meaning = known.get(_plain(text(value)), UNKNOWN_METHOD if field == "method" else None)
        if meaning is None:
            raise Unusable(f"is a word that values.{field} does not explain")
        return meaning

    return word


def _plain(word: str) -> str:
    return word.strip().lower().replace(" ", "_").replace("-", "_")


READ_AS: Mapping[Kind, Convert] = {
    Kind.TEXT: text,
    Kind.PERSON: text,
    Kind.NUMBER: number,
    Kind.MONEY: number,
    Kind.COUNT: count,
    Kind.DAY: day,
    Kind.FLAG: flag,
    Kind.ZONE: time_zone,
    Kind.CURRENCY: currency,
}
