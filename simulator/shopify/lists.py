"""Connections: lists that are handed out in pages, with a cursor for each record."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any

from graphql import GraphQLError

from simulator.core.answers import Json

LONGEST = 250
"""Records that one page may hold."""
DEEPEST = 25_000
"""Records that one list may be paged through."""


def sized(first: int | None) -> int:
    """How many records a page holds.

    Raises:
        GraphQLError: None was said, or too many.
    """
    if first is None:
        raise bad_request("you must provide one of first or last")
    if not 0 <= first <= LONGEST:
        raise bad_request(f"first must be between 0 and {LONGEST}")
    return first


def bad_request(message: str) -> GraphQLError:
    """The arguments do not fit."""
    return GraphQLError(message, extensions={"code": "BAD_REQUEST"})


def connection(nodes: Sequence[Json], cursors: Sequence[str], *, more: bool, began: bool) -> Json:
    """One page of a list."""
    return {
        "nodes": nodes,
        "edges": [{"cursor": cursor, "node": node} for node, cursor in zip(nodes, cursors, strict=True)],
        "pageInfo": {
            "hasNextPage": more,
            "hasPreviousPage": not began,
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
        },
    }


def page_of(records: Sequence[Json], first: int | None, after: str | None) -> Json:
    """A page of a list that stands still."""
    size = sized(first)
    start = position(after) + 1 if after else 0
    if start + size > DEEPEST:
        raise bad_request(f"a list may be paged through up to {DEEPEST} records")
    found = records[start : start + size]
    cursors = [cursor_of(start + offset) for offset in range(len(found))]
    return connection(found, cursors, more=len(records) > start + size, began=not start)


def cursor_of(place: Any) -> str:
    """An opaque text for a place."""
    return base64.urlsafe_b64encode(str(place).encode()).decode()


def position(cursor: str) -> int:
    """The place of a cursor."""
    return int(decoded(cursor))


def decoded(cursor: str) -> str:
    """What stands in a cursor.

    Raises:
        GraphQLError: It is none.
    """
    try:
        return base64.urlsafe_b64decode(cursor).decode()
    except (binascii.Error, ValueError):
        raise bad_request("Invalid cursor for current pagination sort.") from None
