"""The ways in which vendors hand out a list in pages."""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from simulator.core.records import LAST_ID, Collection, Position, Query, Record


class WrongCursor(Exception):
    """A cursor that is none, or that belongs to another query."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    Attributes:
        records: What stands on it.
        more: Whether another one follows.
        cursor: The opaque text that names the next page; None at the end, and where pages are counted.
    """

    records: list[Record]
    more: bool
    cursor: str | None = None


def page_after(collection: Collection, query: Query, cursor: str | None, now: datetime, *, mark: str) -> Page:
    """The page after the last record of the page before, found by its place.

    No record is told twice or left out by paging alone; one that changes in between moves.

    Args:
        collection: The records.
        query: What is asked. Its end stays that of the first page, whatever later pages come with.
        cursor: As the page before named this one; None for the first.
        now: The vendor's time.
        mark: Identifies the query: its cursors are good for no other.

    Raises:
        WrongCursor: The cursor does not belong to this query.
    """
    after = None
    if cursor is not None:
        end, after = _decoded(cursor, mark)
        query = replace(query, end=end)
    page = _cut(collection.walk(query, now, after), query.limit)
    if not page.more:
        return page
    last = page.records[-1].position(query.sort_key)
    return replace(page, cursor=_encoded(mark, query.end, last))


def page_at(collection: Collection, query: Query, offset: int, now: datetime) -> Page:
    """The page at an offset: records that come or go before it shift everything behind them."""
    return _cut(islice(collection.walk(query, now), offset, None), query.limit)


def page_since(collection: Collection, query: Query, after: Any, now: datetime) -> Page:
    """The page of a change feed: what has a higher number than the last one that the caller knows."""
    return _cut(collection.walk(query, now, (after, LAST_ID, 0)), query.limit)


def fingerprint(*asked: Any) -> str:
    """A short hash of a query, kept in its cursors."""
    return hashlib.sha256(json.dumps(asked, sort_keys=True, default=str).encode()).hexdigest()[:16]


def _cut(found: Iterator[Record], limit: int) -> Page:
    records = list(islice(found, limit + 1))
    return Page(records[:limit], more=len(records) > limit)


def _encoded(mark: str, end: Any, last: Position) -> str:
    text = json.dumps([mark, _written(end), _written(last[0]), *last[1:]])
    return base64.urlsafe_b64encode(text.encode()).decode()


def _decoded(cursor: str, mark: str) -> tuple[Any, Position]:
    try:
        owner, end, key, record_id, version = json.loads(base64.urlsafe_b64decode(cursor))
        bound, place = _read(end), (_read(key), str(record_id), int(version))
    except (binascii.Error, ValueError, TypeError):
        raise WrongCursor from None
    if owner != mark:
        raise WrongCursor
    return bound, place


def _written(key: Any) -> Any:
    return [key.isoformat()] if isinstance(key, datetime) else key


def _read(key: Any) -> Any:
    return datetime.fromisoformat(key[0]) if isinstance(key, list) else key
