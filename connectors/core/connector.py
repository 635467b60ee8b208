"""What a vendor's folder offers to the rest: one `Connector`, listed in `connectors/registry.py`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

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
    """

    window: Window
    by_sale_date: bool
    snapshots: bool
    hash_key: bytes
    loaded_at: datetime


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
    """

    pos: str
    title: str
    settings: type[Connection]
    tables: tuple[Table, ...]
    source: Callable[[Any, Request], DltSource]
    check: Callable[[Any], Iterator[Finding]]
    from_environment: Callable[[dict[str, str]], dict[str, Any] | None]

    @property
    def all_tables(self) -> tuple[Table, ...]:
        """The vendor's tables and the table of its rejected rows."""
        return (*self.tables, REJECTED_ROWS)
