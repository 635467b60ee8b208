"""What a vendor's folder offers to the rest: one `Connector`, listed in `connectors/registry.py`."""

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

import pyarrow as pa
from dlt.extract.source import DltSource

from connectors.core.asking import Ask
from connectors.core.connection import Connection
from connectors.core.paging import ONE_PAGE, Paging
from connectors.core.tables import REJECTED_ROWS, Table

WINDOW_LENGTH = timedelta(days=90)
"""What a killed first load reads once more at most; each load costs half a second even when it is empty."""


@dataclass(frozen=True)
class Window:
    """A half-open span of UTC time, [start, end)."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Request:
    """What one committed load asks of a vendor.

    Attributes:
        window: Records changed in this span; with `by_sale_date`, records of sales made in it.
        by_sale_date: A backfill: the span counts in time of sale, not in time of change.
        snapshots: Also read what has no history: locations, catalogue, stock. True for the last window.
        hash_key: Key of the customers' hashes (HMAC-SHA-256).
        loaded_at: Time of the run, written on every row.
        remember: What each resource that is read in windows keeps in its state once this load is committed;
            None forgets a name.
        places: Resource that is read as a feed → the last version of it that was read.
        skipped: Filled while reading: resources that the credentials may not read, with the reason.
        unfinished: Filled while reading: feeds of which more is to be read in a load of its own.
    """

    window: Window
    by_sale_date: bool
    snapshots: bool
    hash_key: bytes
    loaded_at: datetime
    remember: tuple[tuple[str, str | None], ...] = ()
    places: Mapping[str, str] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    unfinished: MutableSet[str] = field(default_factory=set)

    def place(self, resource: str) -> str | None:
        """Up to where a feed was read in the loads before; None before the first."""
        return self.places.get(resource)


ReadBy = Literal["windows", "feed", "whole", "spans"]
"""How an endpoint is read.

windows: By windows of time, its place remembered. feed: From the last version that was read, its place
remembered. whole: All of it, once a run. spans: Only in a backfill of a span of time.
"""


@dataclass(frozen=True)
class Endpoint:
    """One endpoint of a vendor's API, as a row of settings. It becomes one dlt resource of the same name.

    Attributes:
        name: Name of the resource.
        method: GET: what is asked stands in the URL. POST: it is the JSON body.
        path: Path below the base URL.
        tables: The raw tables that its answers fill.
        scope: The vendor's permission that it needs.
        asks: What is asked for one account and request.
        read_by: Which part of it a load reads.
        pages: How the next page is asked for.
        constants: Values of the tables' constant columns, as far as the question does not give them.
        prepare: Puts an answer into the form of the wire schema, where a vendor's JSON has more than one.
        follow_ups: Further questions that the rows of its answers raise.
        window_length: The longest span that one question may be about.
        optional: An account that does not have it is no fault: it is skipped with a warning.
    """

    name: str
    method: Literal["GET", "POST"]
    path: str
    tables: tuple[Table, ...]
    scope: str
    asks: Callable[[Any, Request], Iterable[Ask]]
    read_by: ReadBy
    pages: Paging = ONE_PAGE
    constants: Callable[[Any, Request], Mapping[str, Any]] = lambda account, request: {}
    prepare: Callable[[bytes], bytes] | None = None
    follow_ups: tuple["FollowUp", ...] = ()
    window_length: timedelta = WINDOW_LENGTH
    optional: bool = False


@dataclass(frozen=True)
class FollowUp:
    """Questions that the rows of an endpoint's answers raise: the rest of a list that was cut off, details.

    Attributes:
        endpoint: What is asked; its own `asks` are not used.
        asks: The questions, given some of the rows by table.
    """

    endpoint: Endpoint
    asks: Callable[[Mapping[str, pa.Table]], Iterable[Ask]]


def no_asks(account: Any, request: Request) -> Iterable[Ask]:
    """For an endpoint that is only asked as a follow-up."""
    return ()


def one_ask(account: Any, request: Request) -> Iterable[Ask]:
    """One question without conditions."""
    return (Ask(),)


def cut_off(account: Any, request: Request) -> Mapping[str, Any]:
    """The constant column of stores whose vendor tells no close of day: the connection's setting."""
    return {"business_day_cutoff_minutes": account.connection.business_day_cutoff_minutes}


def observation(account: Any, request: Request) -> Mapping[str, Any]:
    """The constant columns of what a vendor tells of the present alone: one observation a day is kept."""
    return {"observed_on": request.loaded_at.date().isoformat(), "observed_at": request.loaded_at}


@dataclass(frozen=True)
class Finding:
    """One line of `pos check`: what was tried, whether it holds, and what to do if not."""

    subject: str
    holds: bool
    detail: str


@dataclass(frozen=True)
class Connector:
    """A point-of-sale system that the warehouse can read.

    Attributes:
        pos: Name in keys, schemas and `connections.yaml`.
        title: Name for people.
        settings: The pydantic model of a connection of this vendor.
        tables: Every raw table that the source can land.
        source: Builds the dlt source for one request.
        check: Tries credentials, scopes and reachability; yields findings, never a secret.
        from_environment: Settings of the zero-configuration connection, or None when its variables are unset.
        endpoints: The source's resources, or what makes them of a connection; none when it reads files, which
            are read whole in every run.
        variables: What the names of its environment variables begin with. Default: its name.
    """

    pos: str
    title: str
    settings: type[Connection]
    tables: tuple[Table, ...]
    source: Callable[[Any, Request], DltSource]
    check: Callable[[Any], Iterator[Finding]]
    from_environment: Callable[[dict[str, str]], dict[str, Any] | None]
    endpoints: tuple[Endpoint, ...] | Callable[[Any], tuple[Endpoint, ...]] = ()
    variables: str = ""

    def endpoints_of(self, connection: Connection) -> tuple[Endpoint, ...]:
        """The resources of one connection."""
        return self.endpoints(connection) if callable(self.endpoints) else self.endpoints

    def variable(self, key: str) -> str:
        """The environment variable that gives a setting."""
        return f"{self.variables or self.pos}_{key}".upper()

    @property
    def all_tables(self) -> tuple[Table, ...]:
        """The vendor's tables and the table of its rejected rows."""
        return (*self.tables, REJECTED_ROWS)
