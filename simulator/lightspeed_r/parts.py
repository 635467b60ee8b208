"""How Retail R-Series writes values: every scalar is a text, and a list of one is no list."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from simulator.core.answers import Json
from simulator.ledger import major_units

NOBODY = "0"
"""A foreign key that points to nothing."""


def flag(value: bool) -> str:
    """A boolean."""
    return "true" if value else "false"


def number(value: Decimal | int) -> str:
    """A number without zeros that say nothing: 317.1, 280."""
    return f"{Decimal(value).normalize():f}"


def amount(minor: int, currency: str) -> str:
    """An amount in the currency's own unit."""
    return number(major_units(minor, currency))


def second(time: datetime) -> datetime:
    """A time as precisely as R keeps it."""
    return time.astimezone(UTC).replace(microsecond=0)


def moment(time: datetime) -> str:
    """A time."""
    return f"{second(time):%Y-%m-%dT%H:%M:%S}+00:00"


def collection(relation: str, name: str, records: Sequence[Json]) -> Json:
    """A relation to many: one record stands there as an object, none leaves the relation out."""
    if not records:
        return {}
    return {relation: {name: records[0] if len(records) == 1 else list(records)}}
