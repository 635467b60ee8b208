"""The records of one endpoint: sorted by each of their times, filtered, and handed out in pages.

A page starts after the last record of the page before, found by its time and id, so that a long list is never
counted through again and a record that changes in between moves as it does at the vendor.
"""

import base64
import binascii
import hashlib
import json
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from simulator.square.errors import invalid_request

FAR = datetime.max.replace(tzinfo=UTC)
Json = dict[str, Any]
Position = tuple[datetime, str, int]


@dataclass(slots=True)
class Record:
    """One version of something that an endpoint tells.

    Attributes:
        times: The times it can be sorted and filtered by; a missing one takes it out of that order.
        visible_at: When this version is first told.
        gone_at: When a later version takes its place.
        render: Makes the JSON object; called once, when the record is first told.
    """

    id: str
    version: int
    location_id: str
    state: str
    times: dict[str, datetime]
    visible_at: datetime
    render: Callable[[], Json]
    gone_at: datetime = FAR
    source: str = ""
    _body: bytes | None = field(default=None, repr=False)

    def visible(self, now: datetime) -> bool:
        """Whether this is the version that is told now."""
        return self.visible_at <= now < self.gone_at

    @property
    def body(self) -> bytes:
        """The JSON text."""
        if self._body is None:
            self._body = json.dumps(self.render(), separators=(",", ":")).encode()
        return self._body


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for, besides the records' own filter; both ends of the time span belong to it."""

    sort_field: str
    descending: bool
    start: datetime | None
    end: datetime | None
    limit: int
    accept: Callable[[Record], bool]
    fingerprint: str


class Collection:
    """All versions of the records of one endpoint."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._versions: dict[str, list[Record]] = {}
        self._sorted: dict[str, list[tuple[Position, Record]]] = {}
        for record in sorted(records, key=lambda record: record.version):
            self._supersede(record)

    def _supersede(self, record: Record) -> None:
        versions = self._versions.setdefault(record.id, [])
        for older in reversed(versions):
            if older.gone_at <= record.visible_at:
                break  # so is every version before it
            older.gone_at = record.visible_at
        versions.append(record)

    def get(self, record_id: str, now: datetime) -> Record | None:
        """The version of a record that is told now."""
        return next((record for record in self._versions.get(record_id, ()) if record.visible(now)), None)

    def touch(self, record_id: str, at: datetime) -> None:
        """Gives a record a new version with the same content, changed at a moment."""
        last = self._versions[record_id][-1]

        def render() -> Json:
            return last.render() | {"version": last.version + 1, "updated_at": rfc3339(at)}

        times = last.times | {"UPDATED_AT": at}
        touched = replace(
            last, version=last.version + 1, times=times, visible_at=at, render=render, gone_at=FAR, _body=None
        )
        self._supersede(touched)
        for sort_field, entries in self._sorted.items():
            if sort_field in times:
                insort(entries, position_of(touched, sort_field), key=lambda entry: entry[0])

    def page(self, query: Query, cursor: str | None, now: datetime) -> tuple[list[Record], str | None]:
        """One page of records and the cursor of the next, None at the end.

        Raises:
            SquareError: The cursor belongs to another query, or to none.
        """
        # A query without an end ends at the moment of its first page.
        end, after = (query.end or now, None) if cursor is None else decode_cursor(cursor, query.fingerprint)
        found: list[Record] = []
        for record in self._walk(query, end, after):
            if record.visible(now) and query.accept(record):
                if len(found) == query.limit:
                    last = position_of(found[-1], query.sort_field)[0]
                    return found, encode_cursor(query.fingerprint, end, last)
                found.append(record)
        return found, None

    def _walk(self, query: Query, end: datetime, after: Position | None) -> Iterator[Record]:
        entries = self._order(query.sort_field)

        def place(entry: tuple[Position, Record]) -> Position:
            return entry[0]

        low = bisect_left(entries, (query.start, "", 0), key=place) if query.start else 0
        high = bisect_right(entries, (end, "\U0010ffff", 0), key=place)
        if query.descending:
            if after:
                high = min(high, bisect_left(entries, after, key=place))
            return (entries[index][1] for index in range(high - 1, low - 1, -1))
        if after:
            low = max(low, bisect_right(entries, after, key=place))
        return (entries[index][1] for index in range(low, high))

    def _order(self, sort_field: str) -> list[tuple[Position, Record]]:
        if sort_field not in self._sorted:
            versions = (record for records in self._versions.values() for record in records)
            told = (position_of(record, sort_field) for record in versions if sort_field in record.times)
            self._sorted[sort_field] = sorted(told, key=lambda entry: entry[0])
        return self._sorted[sort_field]


def position_of(record: Record, sort_field: str) -> tuple[Position, Record]:
    """Where a record stands in an order, and the record."""
    return (record.times[sort_field], record.id, record.version), record


def fingerprint(*asked: Any) -> str:
    """A short hash of a query, kept in its cursors."""
    return hashlib.sha256(json.dumps(asked, sort_keys=True, default=str).encode()).hexdigest()[:16]


def encode_cursor(query: str, end: datetime, last: Position) -> str:
    """The opaque text that names the next page of a query."""
    moment, record_id, version = last
    text = json.dumps([query, end.isoformat(), moment.isoformat(), record_id, version])
    return base64.urlsafe_b64encode(text.encode()).decode()


def decode_cursor(cursor: str, query: str) -> tuple[datetime, Position]:
    """Reads a cursor back, for the query that it was made for.

    Raises:
        SquareError: It is not a cursor, or one of another query.
    """
    try:
        owner, end, moment, record_id, version = json.loads(base64.urlsafe_b64decode(cursor))
        place = (datetime.fromisoformat(moment), str(record_id), int(version))
        bound = datetime.fromisoformat(end)
    except (binascii.Error, ValueError, TypeError):
        owner = None
    if owner != query:
        raise invalid_request("INVALID_CURSOR", "The cursor does not belong to this query.", "cursor")
    return bound, place


def rfc3339(moment: datetime) -> str:
    """A time as Square writes it."""
    precision = "milliseconds" if moment.microsecond % 1000 == 0 else "microseconds"
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=precision) + "Z"
