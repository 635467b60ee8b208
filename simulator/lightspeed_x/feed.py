"""X's version numbers: each change of anything has a higher one than the change before it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from simulator.core.answers import Json
from simulator.core.records import Collection, Query, Record

BEGINNING = datetime(2014, 1, 1, tzinfo=UTC)
PER_MILLISECOND = 100
"""Numbers kept free for the changes of one millisecond."""


def number_at(moment: datetime) -> int:
    """The first number of a moment."""
    return int((moment - BEGINNING).total_seconds() * 1000) * PER_MILLISECOND


def feed(records: Iterable[Record]) -> Collection:
    """The records as a feed of changes.

    The numbers follow the clock, so that a change made while the simulator serves comes before what the
    ledger holds for later.
    """
    return Collection(_numbered(records))


def _numbered(records: Iterable[Record]) -> Iterator[Record]:
    last = 0
    for record in sorted(records, key=lambda record: (record.visible_at, record.version, record.id)):
        last = max(last + 1, number_at(record.visible_at))
        keys = {**record.keys, "version": last}
        yield replace(record, keys=keys, render=partial(_with_number, record, last))


def _with_number(record: Record, number: int) -> Json:
    return {**record.render(), "version": number}


def change(collection: Collection, record_id: str, at: datetime, fields: Mapping[str, Any]) -> None:
    """Changes fields of a record now."""
    newest = next(collection.walk(Query("version", limit=1, descending=True), at))
    number = max(newest.keys["version"] + 1, number_at(at))

    def rewrite(told: Json, version: int) -> Json:
        return {**told, **fields, "version": number}

    state = {"state": "deleted"} if fields.get("deleted_at") else {}
    collection.revise(record_id, at, {"version": number}, rewrite, **state)
