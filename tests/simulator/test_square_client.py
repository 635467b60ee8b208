"""Square's own Python client works against the simulator, on every endpoint that is served."""

from collections.abc import Iterator
from datetime import date

import pytest
from square import Square
from square.core.api_error import ApiError

from simulator.expected import expected_figures
from simulator.generate import generate_ledger
from simulator.ledger import Ledger
from simulator.server import serve
from simulator.square import create_app
from tests.simulator.asker import LONG_AGO, TOKEN, Asker


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    """Few sales: the client builds a model of every field, which is slow."""
    return generate_ledger(46, stores=3, days=8, as_of=date(2026, 11, 20), orders_per_day=14)


@pytest.fixture(scope="module")
def square(ledger: Ledger) -> Iterator[Asker]:
    app = create_app(ledger, access_token=TOKEN)
    with serve(app) as url:
        yield Asker(app, url)


@pytest.fixture(scope="module")
def client(square: Asker) -> Square:
    return Square(token=TOKEN, base_url=square.url)


def test_the_client_lists_locations(client: Square, ledger: Ledger) -> None:
    locations = client.locations.list().locations
    assert {location.id: location.timezone for location in locations or []} == {
        s.id: s.timezone for s in ledger.stores
    }
    main = client.locations.get(location_id="main").location
    assert main and main.currency == "USD"


def test_the_client_searches_orders_page_by_page(client: Square, ledger: Ledger) -> None:
    query = {
        "filter": {"state_filter": {"states": ["COMPLETED"]}},
        "sort": {"sort_field": "UPDATED_AT", "sort_order": "ASC"},
    }
    totals, cursor = {}, None
    while True:
        answer = client.orders.search(
            location_ids=[store.id for store in ledger.stores], query=query, limit=100, cursor=cursor
        )
        totals |= {order.id: order.total_money.amount for order in answer.orders or [] if order.line_items}
        if (cursor := answer.cursor) is None:
            break
    figures = expected_figures(ledger)
    known = {
        s.id: s.total for s in ledger.sales_at(ledger.ends_at) if s.id in figures.counted_orders and s.lines
    }
    assert totals == known
    batch = client.orders.batch_get(order_ids=list(totals)[:3]).orders
    assert {order.id for order in batch or []} == set(list(totals)[:3])
    one = client.orders.get(order_id=next(iter(totals))).order
    assert one and one.id == next(iter(totals))


def test_the_client_lists_payments_and_refunds(client: Square, ledger: Ledger) -> None:
    payments = list(client.payments.list(begin_time=LONG_AGO, location_id="L002"))
    known = {
        p.id: p.amount for s in ledger.sales_at(ledger.ends_at) if s.store_id == "L002" for p in s.payments
    }
    assert {payment.id: payment.amount_money.amount for payment in payments} == known
    refunds = list(client.refunds.list(begin_time=LONG_AGO))
    assert {refund.id for refund in refunds} >= {refund.id for refund in ledger.refunds_at(ledger.ends_at)}
    first = client.payments.get(payment_id=payments[0].id).payment
    assert first and first.id == payments[0].id
    given_back = client.refunds.get(refund_id=refunds[0].id).refund
    assert given_back and given_back.amount_money.amount == refunds[0].amount_money.amount


def test_the_client_reads_the_catalogue_and_its_vendors(client: Square, ledger: Ledger) -> None:
    listed = list(client.catalog.list(types="ITEM"))
    searched = (
        client.catalog.search(object_types=["ITEM"], include_deleted_objects=True, limit=1000).objects or []
    )
    assert len(searched) == len(listed) + 1
    costs = {
        variation.id: variation.item_variation_data.vendor_information[0].unit_cost_money.amount
        for item in searched
        for variation in item.item_data.variations
        if variation.item_variation_data.vendor_information
    }
    assert costs == {item.id: item.unit_cost for item in ledger.items if item.supplier_id}
    vendors = client.vendors.search(filter={"status": ["ACTIVE"]}).vendors or []
    assert {vendor.id for vendor in vendors} == {s.id for s in ledger.suppliers if s.is_active}


def test_the_client_reads_stock_and_its_changes(client: Square, ledger: Ledger) -> None:
    counts = list(client.inventory.batch_get_counts(location_ids=["L003"], states=["IN_STOCK"]))
    known = {
        item: quantity
        for (store, item), quantity in ledger.on_hand(ledger.ends_at).items()
        if store == "L003"
    }
    assert {count.catalog_object_id for count in counts} == set(known)
    changes = list(client.inventory.batch_get_changes(location_ids=["L003"], limit=1000))
    told = [m for m in ledger.movements if m.store_id == "L003" and m.visible_at <= ledger.ends_at]
    assert len(changes) == len(told)


def test_the_client_reads_the_scopes_of_its_token(client: Square) -> None:
    assert "ORDERS_READ" in (client.o_auth.retrieve_token_status().scopes or [])


def test_the_client_understands_the_errors(client: Square, square: Asker) -> None:
    with pytest.raises(ApiError) as refused:
        client.orders.search(location_ids=[f"L{number:03d}" for number in range(11)])
    assert refused.value.status_code == 400
    with pytest.raises(ApiError) as unknown:
        Square(token="wrong", base_url=square.url).locations.list()
    assert unknown.value.status_code == 401
