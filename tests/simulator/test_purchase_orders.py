"""Purchase orders say what was ordered, and their receipts are the deliveries that the shelves saw."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest

from simulator.expected import expected_figures
from simulator.generate import generate_ledger
from simulator.ledger import Ledger, MovementKind


@pytest.fixture(scope="module")
def history() -> Ledger:
    return generate_ledger(5, stores=2, days=40, orders_per_day=8, items=20, customers=2)


def test_what_an_order_received_is_what_its_receipts_brought(history: Ledger) -> None:
    brought: Counter[tuple[str, str]] = Counter()
    for movement in history.movements:
        if movement.purchase_order_id:
            assert movement.kind == MovementKind.RECEIPT
            brought[movement.purchase_order_id, movement.item_id] += movement.quantity  # type: ignore[assignment]
    received = {
        (order.id, line.item_id): line.received
        for order in history.purchase_orders_at(history.ends_at)
        for line in order.lines
        if line.received
    }
    assert received == brought


def test_an_order_is_received_when_its_last_line_is(history: Ledger) -> None:
    orders = list(history.purchase_orders_at(history.ends_at))
    assert {order.received_at is None for order in orders} == {True, False}
    for order in orders:
        whole = all(line.received == line.quantity for line in order.lines)
        assert (order.received_at is not None) == whole
        assert order.received_at is None or order.received_at > order.ordered_at


def test_some_deliveries_are_late_and_some_are_still_on_their_way(history: Ledger) -> None:
    orders = list(history.purchase_orders_at(history.ends_at))
    hours = timedelta(hours=2)  # the clocks may have changed in between
    assert any(order.received_at and order.received_at > order.expected_at + hours for order in orders)
    assert any(line.received == Decimal(0) for order in orders for line in order.lines)


def test_an_order_stands_with_one_supplier_and_one_store(history: Ledger) -> None:
    suppliers = {item.id: item.supplier_id for item in history.items}
    for order in history.purchase_orders:
        assert {suppliers[line.item_id] for line in order.lines} == {order.supplier_id}
        assert order.id.startswith(order.store_id)


def test_the_expected_figures_tell_each_order_as_it_stood(history: Ledger) -> None:
    half = history.ends_at - timedelta(days=20)
    told = expected_figures(history, at=half).purchase_orders
    assert told and all(order.visible_at <= half for order in told.values())
    assert set(told) < set(expected_figures(history).purchase_orders)
