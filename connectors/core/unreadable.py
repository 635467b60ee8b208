"""Finds the records of an answer that do not fit the wire schema, so that the others can be kept.

Works on the records' source text: a number that went through Python's float would be another number.
No reason repeats a value of the record, which may be personal data.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from json import JSONDecoder
from typing import Any

import pyarrow as pa

from connectors.core.layout import Layout, Path, steps

READABLE_AS = {
    pa.string(): "a text",
    pa.int64(): "a whole number",
    pa.bool_(): "true or false",
    pa.decimal128(38, 10): "a decimal number",
    pa.timestamp("us", tz="UTC"): "a time",
}

Read = Callable[[bytes, pa.Schema], object]
"""Reads an answer by a schema; raises ArrowInvalid when a value does not fit."""


class NoRecordsError(ValueError):
    """The answer's records are not where the wire schema says."""


@dataclass(frozen=True)
class Unreadable:
    """A record that does not fit.

    Attributes:
        native_id: Its id, where it has one.
        source_text: What the vendor sent; never to be kept.
        reason: Which field does not fit.
    """

    native_id: str | None
    source_text: str
    reason: str


def without_unreadable(answer: bytes, layout: Layout, read: Read) -> tuple[bytes, list[Unreadable]]:
    """The answer with only those records that can be read, and the others.

    Raises:
        ValueError: The answer is no JSON, or has no list of records in its place.
    """
    text = answer.decode()
    start, end, records = _records(text, layout.top)
    readable, unreadable = [], []
    for record in records:
        reason = _reason(record, layout, read)
        if reason is None:
            readable.append(record)
        else:
            unreadable.append(Unreadable(_native_id(record, layout), record, reason))
    return f"{text[:start]}{','.join(readable)}{text[end:]}".encode(), unreadable


def _reason(record: str, layout: Layout, read: Read) -> str | None:
    """Why a record cannot be read; None when it can."""
    answer = f"[{record}]"
    for step in reversed(layout.top):
        answer = f'{{"{step}":{answer}}}'
    wrapped = answer.encode()
    leaves = layout.leaves_of_records
    try:
        read(wrapped, layout.schema_of(leaves))
    except pa.ArrowInvalid:
        for path, kind in leaves.items():
            try:
                read(wrapped, layout.schema_of({path: kind}))
            except pa.ArrowInvalid:
                return f"{'/'.join(path)} is not {READABLE_AS[kind]}, or stands in another place"
        return "the record is not JSON that can be read"
    return None


def _native_id(record: str, layout: Layout) -> str | None:
    table = layout.tables[0]
    column = next(column for column in table.columns if column.name == table.key[0])
    value: Any = JSONDecoder().decode(record)
    for step in steps(column.path):
        value = value.get(step) if isinstance(value, dict) else None
    return str(value) if isinstance(value, str | int) else None


def _records(text: str, path: Path) -> tuple[int, int, list[str]]:
    """Where the inside of the list of records starts and ends, and the source text of each record."""
    at = _skip_space(text, 0)
    for step in path:
        for key, value_at, _ in _members(text, at):
            if key == step:
                at = value_at
                break
        else:
            raise NoRecordsError
    if text[at : at + 1] != "[":
        raise NoRecordsError
    spans = [(start, end) for _, start, end in _members(text, at)]
    start = at + 1
    return start, spans[-1][1] if spans else start, [text[first:last] for first, last in spans]


def _members(text: str, at: int) -> Iterator[tuple[str | None, int, int]]:
    """Key (of an object's member), start and end of each value of the object or array that starts at `at`."""
    decoder = JSONDecoder()
    closing = {"{": "}", "[": "]"}.get(text[at : at + 1])
    if closing is None:
        raise NoRecordsError
    at = _skip_space(text, at + 1)
    while text[at : at + 1] != closing:
        key = None
        if closing == "}":
            key, at = decoder.raw_decode(text, at)
            at = _skip_space(text, _skip_space(text, at) + 1)
        end = decoder.raw_decode(text, at)[1]
        yield key, at, end
        at = _skip_space(text, end)
        if text[at : at + 1] == ",":
            at = _skip_space(text, at + 1)
        elif text[at : at + 1] != closing:
            raise NoRecordsError


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at
