"""Records in versions: sorted by each of their keys, filtered, told as they stood at a moment.

A walk through a long list is started by bisection: what was passed is never counted through again, and a
record that changes in between moves as it does at the vendor.
"""

import json
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

FAR = datetime.max.replace(tzinfo=UTC)
LAST_ID = "\U0010ffff"
Position = tuple[Any, str, int]
"""Where a record stands in an order: the key that it is sorted by, its id, its version."""


@dataclass(slots=True)
class Record:
    """One version of something that a vendor tells.

    Attributes:
        keys: What it can be sorted and filtered by (times, numbers, texts); a missing one takes it out of
            that order.
        visible_at: When this version is first told.
        render: Makes the JSON; called once for `body`, when the record is first told.
        location_id: For filters, as `state` and `source` are.
        gone_at: When a later version takes its place, or it vanishes.
    """

    id: str
    version: int
    keys: Mapping[str, Any]
    visible_at: datetime
    render: Callable[[], Any]
    location_id: str = ""
    state: str = ""
    source: str = ""
    gone_at: datetime = FAR
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

    def position(self, key: str) -> Position:
        """Where it stands in the order of a key."""
        return self.keys[key], self.id, self.version


@dataclass(frozen=True, slots=True)
class Query:
    """Which records are asked for, in which order, and how many a page.

    Attributes:
        sort_key: One of the records' keys.
        start: The least value of the key that belongs to it; None: no bound. So is `end` the greatest.
        accept: The filter.
    """

    sort_key: str
    limit: int
    descending: bool = False
    start: Any = None
    end: Any = None
    accept: Callable[[Record], bool] = lambda record: True


class Collection:
    """All versions of the records of one kind."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._versions: dict[str, list[Record]] = {}
        self._sorted: dict[str, list[tuple[Position, Record]]] = {}
        for record in sorted(records, key=lambda record: record.version):
            self._supersede(record)

    def get(self, record_id: str, now: datetime) -> Record | None:
        """The version of a record that is told now."""
        return next((record for record in self._versions.get(record_id, ()) if record.visible(now)), None)

    def told(self, now: datetime) -> Iterator[Record]:
        """Every record as it is told now, in no order."""
        return (record for versions in self._versions.values() for record in versions if record.visible(now))

    def highest(self, key: str) -> Any:
        """The greatest value that any version has of a key; None when there is none."""
        entries = self._order(key)
        return entries[-1][0][0] if entries else None

    def revise(
        self,
        record_id: str,
        at: datetime,
        keys: Mapping[str, Any],
        change: Callable[[Any, int], Any],
        **fields: Any,
    ) -> Record:
        """Gives a record a new version.

        Args:
            record_id: The record.
            at: From when on it is told.
            keys: Keys that change, such as the time of change.
            change: Makes the new JSON from the last one and the number of the new version.
            fields: Other attributes of `Record` that change.

        Returns:
            The new version.
        """
        last = self._versions[record_id][-1]
        version = last.version + 1
        revised = replace(
            last,
            version=version,
            keys={**last.keys, **keys},
            visible_at=at,
            render=lambda: change(last.render(), version),
            gone_at=FAR,
            _body=None,
            **fields,
        )
        self._supersede(revised)
        for key, entries in self._sorted.items():
            if key in revised.keys:
                insort(entries, (revised.position(key), revised), key=_place)
        return revised

    def vanish(self, record_id: str, at: datetime) -> None:
        """From a moment on a record is not told any more, and nothing says why."""
        for record in self._versions[record_id]:
            record.gone_at = min(record.gone_at, max(at, record.visible_at))

    def walk(self, query: Query, now: datetime, after: Position | None = None) -> Iterator[Record]:
        """The records that a query finds, in its order, as they are told now.

        Args:
            query: What is asked.
            now: The vendor's time.
            after: Only those that come after this place.
        """
        entries = self._order(query.sort_key)
        low = 0 if query.start is None else bisect_left(entries, (query.start, "", 0), key=_place)
        high = (
            len(entries) if query.end is None else bisect_right(entries, (query.end, LAST_ID, 0), key=_place)
        )
        if after and query.descending:
            high = min(high, bisect_left(entries, after, key=_place))
        elif after:
            low = max(low, bisect_right(entries, after, key=_place))
        places = range(high - 1, low - 1, -1) if query.descending else range(low, high)
        found = (entries[place][1] for place in places)
        return (record for record in found if record.visible(now) and query.accept(record))

    def _supersede(self, record: Record) -> None:
        versions = self._versions.setdefault(record.id, [])
        for older in reversed(versions):
            if older.gone_at <= record.visible_at:
                break  # so is every version before it
            older.gone_at = record.visible_at
        versions.append(record)

    def _order(self, key: str) -> list[tuple[Position, Record]]:
        if key not in self._sorted:
            versions = (record for records in self._versions.values() for record in records)
            places = [(record.position(key), record) for record in versions if key in record.keys]
            self._sorted[key] = sorted(places, key=_place)
        return self._sorted[key]


def numbered(
    records: Iterable[Record], key: str, write: Callable[[Any, int], Any], *, first: int = 1
) -> Iterator[Record]:
    """A change feed: every version of every record with a number that rises as they become visible.

    Args:
        records: All versions.
        key: Name of the number among the records' keys.
        write: Puts the number into the JSON.
        first: The lowest number.
    """

    def render(record: Record, number: int) -> Callable[[], Any]:
        return lambda: write(record.render(), number)

    told = sorted(records, key=lambda record: (record.visible_at, record.version, record.id))
    for number, record in enumerate(told, start=first):
        yield replace(record, keys={**record.keys, key: number}, render=render(record, number))


def _place(entry: tuple[Position, Record]) -> Position:
    return entry[0]
