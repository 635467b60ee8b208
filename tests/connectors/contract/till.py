"""What the shared tests need to know of one vendor, and the vendors that are registered."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from connectors.core.connection import ApiConnection
from connectors.registry import CONNECTORS
from simulator.ledger import Ledger

FOLDER = Path(__file__).parents[1]
Row = Mapping[str, Any]
Rows = Mapping[str, Iterable[Row]]
"""Rows by raw table."""


@dataclass(frozen=True)
class Wait:
    """One form in which a vendor asks to slow down.

    Attributes:
        retry_after: Seconds that the simulated vendor tells; None: it tells nothing.
        as_date: It tells them as the date that they lead to.
        at_least: The shortest wait that is right, in seconds.
        at_most: The longest.
    """

    name: str
    retry_after: float | None
    at_least: float
    at_most: float
    as_date: bool = False


SECONDS = Wait("seconds", 7, at_least=7, at_most=8)
DATE = Wait("date", 30, at_least=25, at_most=31, as_date=True)
NOTHING_SAID = Wait("nothing said", None, at_least=0, at_most=2)


@dataclass(frozen=True)
class Denied:
    """A resource that may be missing while the rest is read.

    Attributes:
        subject: Part of the subject of its requests, as the simulator's faults are planned by.
        resources: Names of the endpoints that are skipped then.
        scope: The permission that the warning names.
    """

    subject: str
    resources: tuple[str, ...]
    scope: str


@dataclass(frozen=True)
class Times:
    """A time of an order that the vendor may legally write in several ways.

    Attributes:
        field: Its place in the order's JSON, steps parted by dots.
        column: Its column in the raw table of orders.
        written: The ways of writing one moment.
    """

    field: str
    column: str
    written: tuple[Callable[[datetime], str], ...]


@dataclass(frozen=True)
class Deletion:
    """How an order that is deleted at the vendor shows in the raw tables.

    Attributes:
        alive: The ids of the orders that still count, given the raw tables.
    """

    alive: Callable[[Rows], set[str]]


@dataclass(frozen=True, eq=False)
class Till:
    """One vendor, for the shared tests.

    Its simulated account (`app.state.account`) has `edit_order(order_id)`, and `delete_order(order_id)` when
    `deletion` is set.

    Attributes:
        pos: Its name.
        small_pages: Dotted name of a constant → the value that makes pages small.
        page: So many sales stand on one page then; about seven.
        sales: Part of the subject of the requests that list sales by time of change.
        told: Order id → version, as a ledger says that the vendor tells its orders at a moment: returns that
            are orders of their own included, deleted ones not.
        version: Column of the raw orders that holds that version; greater after each edit.
        denied: A resource that the credentials may not read.
        unreadable: Place in an order's JSON → a value that makes the whole order unreadable.
        wrong_account: Settings that name another shop, merchant, restaurant or location than the credentials
            open.
        orders: The raw table of orders.
        order_id: Its column with the id that `told` and `edit_order` use.
        children: Raw table → its columns with the order's id and version: of older versions no row counts.
        observed: Columns that differ from run to run by their nature, in whatever table.
        daily: Raw tables that gain rows with each day that passes, even when nothing is sold.
        waits: The forms of being asked to slow down that the vendor documents.
        times: A time with several legal writings; None: there is only one.
        deletion: How a deleted order shows; None: orders cannot be deleted.
        renews: The credentials obtain a new token when one expires.
        names_pages: An answer names the next page; False: the caller counts.
        settings: More settings of the connection.
    """

    pos: str
    small_pages: Mapping[str, Any]
    page: int
    sales: str
    told: Callable[[Ledger, datetime], Mapping[str, Any]]
    version: str
    denied: Denied
    unreadable: Mapping[str, Any]
    wrong_account: Mapping[str, Any]
    orders: str = "orders"
    order_id: str = "id"
    children: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    observed: frozenset[str] = frozenset()
    daily: frozenset[str] = frozenset()
    waits: tuple[Wait, ...] = (SECONDS, DATE, NOTHING_SAID)
    times: Times | None = None
    deletion: Deletion | None = None
    renews: bool = False
    names_pages: bool = True
    settings: Mapping[str, Any] = field(default_factory=dict)


def rfc3339_variants() -> tuple[Callable[[datetime], str], ...]:
    """RFC 3339 allows Z or any offset, with or without a fraction of a second."""
    eastern = timezone(timedelta(hours=-5))
    return (
        lambda moment: f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z",
        lambda moment: f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}+00:00",
        lambda moment: f"{moment.astimezone(eastern):%Y-%m-%dT%H:%M:%S}-05:00",
        lambda moment: f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z",
    )


POS_WITH_AN_API = tuple(
    pos for pos, connector in CONNECTORS.items() if issubclass(connector.settings, ApiConnection)
)


def till_of(pos: str) -> Till:
    """The till of a vendor, from its own folder of tests."""
    till: Till = import_module(f"tests.connectors.{pos}.till").TILL
    return till


def has_till(pos: str) -> bool:
    """Whether a vendor's folder of tests offers one."""
    return (FOLDER / pos / "till.py").is_file()


TILLS = tuple(till_of(pos) for pos in POS_WITH_AN_API if has_till(pos))


def of(tills: Iterable[Till]) -> pytest.MarkDecorator:
    """Runs a test on some vendors only."""
    chosen = list(tills)
    ids = [till.pos for till in chosen]
    return pytest.mark.parametrize("till", chosen, ids=ids, indirect=True, scope="module")
