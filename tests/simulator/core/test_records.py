"""Records in versions, and the ways in which they are handed out in pages."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.core.paging import WrongCursor, page_after, page_at, page_since
from simulator.core.records import Collection, Query, Record, numbered

NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)
EVENING = NOON + timedelta(hours=8)


def a_record(record_id: str, minute: int, *, version: int = 1, seen: int | None = None) -> Record:
    """A record changed at a minute after noon, told from then on or from a later minute on."""
    at = NOON + timedelta(minutes=minute)
    visible_at = at if seen is None else NOON + timedelta(minutes=seen)
    return Record(
        record_id,
        version,
        {"updated": at, "id": record_id},
        visible_at,
        lambda: {"id": record_id, "version": version, "minute": minute},
    )


def some(*minutes: int) -> Collection:
    return Collection(a_record(f"R{number}", minute) for number, minute in enumerate(minutes))


def ids(records: list[Record]) -> list[str]:
    return [record.id for record in records]


def all_pages(collection: Collection, query: Query, now: datetime = EVENING) -> Iterator[list[str]]:
    cursor = None
    while True:
        page = page_after(collection, query, cursor, now, mark="a query")
        yield ids(page.records)
        cursor = page.cursor
        if cursor is None:
            return


def test_a_later_version_takes_the_place_of_the_one_before_when_it_becomes_visible() -> None:
    orders = Collection([a_record("A", 0), a_record("A", 10, version=2, seen=30)])
    at = [NOON + timedelta(minutes=minute) for minute in (0, 20, 30)]
    told = [orders.get("A", moment) for moment in at]
    assert [record and record.version for record in told] == [1, 1, 2]
    assert orders.get("A", NOON - timedelta(seconds=1)) is None


def test_a_version_that_was_overtaken_before_it_was_seen_is_never_told() -> None:
    orders = Collection([a_record("A", 0, seen=60), a_record("A", 10, version=2)])
    told = orders.get("A", EVENING)
    assert told
    assert told.version == 2


@given(
    st.lists(st.integers(0, 5), max_size=20),
    st.integers(1, 7),
    st.booleans(),
    st.sampled_from(["updated", "id"]),
)
def test_pages_hold_every_record_once_and_in_order(
    minutes: list[int], limit: int, descending: bool, key: str
) -> None:
    orders = some(*minutes)
    pages = list(all_pages(orders, Query(key, limit, descending)))
    expected = sorted(orders.told(EVENING), key=lambda record: record.position(key), reverse=descending)
    assert [record_id for page in pages for record_id in page] == ids(expected)
    assert all(len(page) == limit for page, _ in pairwise(pages))
    counted = [
        record_id
        for number in range(len(pages))
        for record_id in ids(page_at(orders, Query(key, limit, descending), number * limit, EVENING).records)
    ]
    assert counted == ids(expected)


def test_a_query_keeps_to_its_span_its_filter_and_its_order() -> None:
    orders = some(0, 1, 2, 3, 4)
    start, end = NOON + timedelta(minutes=1), NOON + timedelta(minutes=3)
    found = orders.walk(Query("updated", 9, True, start, end, lambda record: record.id != "R2"), EVENING)
    assert ids(list(found)) == ["R3", "R1"]


def test_a_cursor_belongs_to_its_query() -> None:
    orders = some(0, 1, 2)
    page = page_after(orders, Query("updated", 2), None, EVENING, mark="one")
    for cursor, mark in ((page.cursor, "another"), ("no cursor", "one"), ("bm9uZQ==", "one")):
        with pytest.raises(WrongCursor):
            page_after(orders, Query("updated", 2), cursor, EVENING, mark=mark)


def test_a_record_that_changes_while_it_is_paged_through_moves_to_the_end() -> None:
    orders = some(0, 1, 2, 3)
    query = Query("updated", 2)
    first = page_after(orders, query, None, EVENING, mark="m")
    orders.revise("R2", EVENING, {"updated": EVENING}, lambda told, version: told | {"version": version})
    second = page_after(orders, query, first.cursor, EVENING, mark="m")
    assert (ids(first.records), ids(second.records)) == (["R0", "R1"], ["R3", "R2"])


def test_an_offset_counts_what_moved_away_and_so_leaves_a_record_out() -> None:
    orders = some(0, 1, 2, 3)
    query = Query("updated", 2)
    first = page_at(orders, query, 0, EVENING)
    orders.revise("R0", EVENING, {"updated": EVENING}, lambda told, version: told)
    second = page_at(orders, query, 2, EVENING)
    assert (ids(first.records), ids(second.records)) == (["R0", "R1"], ["R3", "R0"])


def test_a_revision_tells_what_changed_from_its_moment_on() -> None:
    orders = some(0)

    def close(told: dict[str, Any], version: int) -> dict[str, Any]:
        return told | {"version": version, "closed": True}

    orders.revise("R0", EVENING, {"updated": EVENING}, close, state="closed")
    before, after = orders.get("R0", EVENING - timedelta(seconds=1)), orders.get("R0", EVENING)
    assert before
    assert after
    assert (before.render(), before.state) == ({"id": "R0", "version": 1, "minute": 0}, "")
    assert after.render() == {"id": "R0", "version": 2, "minute": 0, "closed": True}
    assert (after.state, after.keys["updated"]) == ("closed", EVENING)


def test_a_record_that_vanishes_is_told_nowhere_from_then_on() -> None:
    orders = some(0, 1)
    orders.vanish("R0", EVENING)
    assert orders.get("R0", EVENING - timedelta(seconds=1))
    assert orders.get("R0", EVENING) is None
    assert ids(list(orders.walk(Query("updated", 9), EVENING))) == ["R1"]


def test_in_a_feed_every_change_has_a_number_of_its_own_and_a_higher_one() -> None:
    versions = [a_record("A", 0), a_record("B", 5), a_record("A", 10, version=2)]
    feed = Collection(numbered(versions, "number", lambda told, number: told | {"number": number}, first=7))
    query = Query("number", 2)
    early = page_since(feed, query, 0, NOON + timedelta(minutes=6))
    assert [(record.id, record.render()["number"]) for record in early.records] == [("A", 7), ("B", 8)]
    late = page_since(feed, query, 8, EVENING)
    assert [(record.id, record.render()["number"]) for record in late.records] == [("A", 9)]
    following = feed.highest("number") + 1
    feed.revise(
        "B", EVENING, {"number": following}, lambda told, version: told | {"number": following, "gone": True}
    )
    (gone,) = page_since(feed, query, 9, EVENING).records
    assert gone.render() == {"id": "B", "version": 1, "minute": 5, "number": 10, "gone": True}
    assert page_since(feed, query, 10, EVENING).records == []
