"""What every vendor's records are read like: pages, ties, moving records, odd but legal writings."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.core.errors import DataFormatError
from simulator.ledger import Ledger
from tests.connectors.contract.account import Account, an_account, read, with_sales
from tests.connectors.contract.till import POS_WITH_AN_API, TILLS, Till, has_till, of


def test_every_registered_vendor_with_an_api_runs_the_shared_tests() -> None:
    assert [pos for pos in POS_WITH_AN_API if not has_till(pos)] == []


def test_every_order_is_read_over_all_pages_and_nobody_is_named(account: Account) -> None:
    reading = read(account)
    assert reading.orders == account.told
    assert len(account.told) > 2 * account.till.page
    assert reading.skipped == {}
    assert "rejected_rows" not in reading.tables
    texts = {
        value
        for rows in reading.tables.values()
        for row in rows
        for value in row.values()
        if isinstance(value, str)
    }
    assert texts.isdisjoint(account.ledger.personal_data())


def test_no_secret_stands_in_an_address(account: Account) -> None:
    read(account)
    addresses = " ".join(f"{request.path}?{request.query}" for request in account.requests)
    assert [name for name, secret in account.secrets.items() if secret in addresses] == []


@pytest.mark.parametrize("pages", ["none", "one record", "not full", "full", "one more", "two full"])
def test_no_order_is_lost_at_the_end_of_a_page(
    pages: str, till: Till, ledger: Ledger, small_steps: list[float], tmp_path: Path
) -> None:
    page = till.page
    counts = {"none": 0, "one record": 1, "not full": page - 1, "full": page}
    count = (counts | {"one more": page + 1, "two full": 2 * page})[pages]
    with an_account(till, with_sales(ledger, count), tmp_path) as account:
        reading = read(account)
        assert len(account.told) == count
        assert reading.orders == account.told
        assert reading.skipped == {}
        assert "rejected_rows" not in reading.tables


def test_an_account_without_anything_is_read(
    till: Till, ledger: Ledger, small_steps: list[float], tmp_path: Path
) -> None:
    empty = replace(with_sales(ledger, 0), items=(), categories=(), suppliers=(), taxes=(), customers=())
    with an_account(till, empty, tmp_path) as account:
        reading = read(account)
    assert reading.orders == {}
    assert "rejected_rows" not in reading.tables


def test_when_nothing_happened_no_order_is_read(account: Account) -> None:
    account.now += timedelta(days=10)
    reading = read(account, since=account.now - timedelta(days=1))
    assert reading.orders == {} or account.sales_read_by == "feed"  # of which a landing alone knows the place
    assert reading.skipped == {}


@of(till for till in TILLS if till.names_pages)
def test_a_page_named_twice_is_an_error(account: Account) -> None:
    account.faults.repeat_page(account.till.sales, times=100)
    with pytest.raises(DataFormatError, match="named the same next page twice"):
        read(account)


def newest(*readings: Mapping[str, Any]) -> dict[str, Any]:
    """What is known after several readings."""
    known: dict[str, Any] = {}
    for orders in readings:
        for order, version in orders.items():
            known[order] = max(version, known.get(order, version))
    return known


def test_orders_changed_in_one_instant_are_all_read_when_a_page_ends_among_them(account: Account) -> None:
    before = dict(account.told)
    account.now += timedelta(days=10)
    edited = sorted(before)[: 2 * account.till.page + 1]
    account.edit(edited)
    account.now += timedelta(minutes=1)
    after = read(account, since=account.now - timedelta(hours=1)).orders
    assert {order for order, version in after.items() if version > before[order]} == set(edited)


def test_an_order_that_moves_while_it_is_paged_through_is_neither_lost_nor_doubled(account: Account) -> None:
    before = dict(account.told)
    account.now += timedelta(days=10)
    start = account.now - timedelta(hours=1)
    edited = sorted(before)[: 2 * account.till.page + 1]
    account.edit(edited)
    account.now += timedelta(minutes=10)

    def edit_first_and_last() -> None:
        account.now += timedelta(seconds=1)
        account.edit((edited[0], edited[-1]))

    account.faults.between_pages(edit_first_and_last, account.till.sales, after=1)
    first = read(account, since=start)
    account.now += timedelta(minutes=15)
    second = read(account, since=start)
    known = newest(before, first.orders, second.orders)
    assert known.keys() == before.keys()
    assert {order for order, version in known.items() if version > before[order]} == set(edited)
    expected = read(account).orders
    assert known == expected


@of(till for till in TILLS if till.times)
def test_a_moment_may_be_written_in_every_way_that_the_vendor_allows(account: Account) -> None:
    times = account.till.times
    assert times

    def moments() -> dict[str, datetime]:
        tables = read(account).tables
        assert "rejected_rows" not in tables
        orders = tables[account.till.orders]
        return {row[account.till.order_id]: row[times.column] for row in orders if row[times.column]}

    expected = moments()
    for order, write in zip(sorted(expected), times.written, strict=False):
        expected[order] = expected[order].replace(microsecond=0)
        account.faults.unreadable[order] = {times.field: write(expected[order])}
    assert len(account.faults.unreadable) == len(times.written)
    assert moments() == expected


def test_an_order_that_cannot_be_read_is_set_aside_without_its_content(account: Account) -> None:
    spoilt = min(account.told)
    account.faults.unreadable[spoilt] = dict(account.till.unreadable)
    reading = read(account)
    rejected = reading.tables["rejected_rows"]
    assert {row["native_id"].rpartition("/")[2] for row in rejected} == {spoilt}  # gid://shopify/Order/7
    assert {row["text"] for row in rejected} == {None}
    values = [str(value) for value in account.till.unreadable.values()]
    assert not any(value in row["reason"] for row in rejected for value in values)
    assert reading.orders.keys() == account.told.keys() - {spoilt}
