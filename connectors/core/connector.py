"""What a vendor's folder offers to the rest: one `Connector`, listed in `connectors/registry.py`."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from dlt.extract.source import DltSource

from connectors.core.connection import Connection
from connectors.core.tables import REJECTED_ROWS, Table


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
        skipped: Filled while reading: resources that the credentials may not read, with the reason.
    """

    window: Window
    by_sale_date: bool
    snapshots: bool
    hash_key: bytes
    loaded_at: datetime
    remember: tuple[tuple[str, str | None], ...] = ()
    skipped: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Endpoint:
    """One endpoint of a vendor's API, as a row of settings. It becomes one dlt resource of the same name.

    Attributes:
        name: Name of the resource.
        method: GET: what is asked stands in the URL. POST: it is the JSON body.
        path: Path below the base URL.
        tables: The raw tables that its answers fill.
        scope: The vendor's permission that it needs.
        queries: What is asked for one account and request; each query is followed through all its pages.
        in_windows: Read by windows of time, and its place remembered; else read whole, once a run.
        next_page: Field of the answer that names the next page, sent back as a parameter of the same name.
        constants: Values of the tables' constant columns.
    """

    name: str
    method: Literal["GET", "POST"]
    path: str
    tables: tuple[Table, ...]
    scope: str
    queries: Callable[[Any, Request], Iterable[Mapping[str, Any]]]
    in_windows: bool
    next_page: str = "cursor"
    constants: Callable[[Any, Request], Mapping[str, Any]] = lambda account, request: {}


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
        endpoints: The source's resources; none when it reads files, which are read whole in every run.
    """

    pos: str
    title: str
    settings: type[Connection]
    tables: tuple[Table, ...]
    source: Callable[[Any, Request], DltSource]
    check: Callable[[Any], Iterator[Finding]]
    from_environment: Callable[[dict[str, str]], dict[str, Any] | None]
    endpoints: tuple[Endpoint, ...] = ()

    @property
    def all_tables(self) -> tuple[Table, ...]:
        """The vendor's tables and the table of its rejected rows."""
        return (*self.tables, REJECTED_ROWS)
