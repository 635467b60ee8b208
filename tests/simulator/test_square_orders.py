"""How the simulated Square searches orders: filters, limits and cursors, and what its orders look like."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from simulator.expected import expected_figures
from simulator.ledger import (
    Ledger,
    LineKind,
    PaymentStatus,
    RefundForm,
    Return,
    ReturnedLine,
    SaleState,
    ServiceCharge,
)
from simulator.pricing import part_of, price
from simulator.square.parts import rfc3339
from tests.simulator.asker import EVERY_STORE, Asker, error_of
from tests.simulator.small import NOON, TAX_ADDED, TAX_INSIDE, a_basket_line, a_ledger, a_sale, a_store

SEARCH = "/v2/orders/search"


def by_update(
    start: datetime | None = None, end: datetime | None = None, order: str = "ASC"
) -> dict[str, Any]:
    span = {"start_at": rfc3339(start)} if start else {}
    if end:
        span["end_at"] = rfc3339(end)
    filters = {"date_time_filter": {"updated_at": span}} if span else {}
    return {"filter": filters, "sort": {"sort_field": "UPDATED_AT", "sort_order": order}}


def minutes_apart(count: int) -> Ledger:
    return a_ledger(
        [a_sale(f"O{n}", NOON + timedelta(minutes=n), [a_basket_line("1", 500)]) for n in range(count)]
    )


def ids(response: Any) -> list[str]:
    assert response.status_code == 200, response.text
    return [order["id"] for order in response.json().get("orders", [])]


def test_all_pages_together_hold_every_order_once(square: Asker, ledger: Ledger) -> None:
    asked = {"location_ids": EVERY_STORE, "limit": 100, "query": by_update()}
    pages = list(square.pages(SEARCH, "orders", asked))
    found = [order["id"] for page in pages for order in page]
    known = {sale.id for sale in ledger.sales_at(ledger.ends_at)}
    known |= {r.id for r in ledger.returns_at(ledger.ends_at) if not r.exchange_sale_id}
    known |= {r.order_id for r in ledger.refunds_at(ledger.ends_at) if r.order_id}
    assert len(found) == len(set(found))
    assert set(found) == known
    assert {len(page) for page in pages[:-1]} == {100}


def test_orders_come_in_the_order_that_was_asked_for(square: Asker) -> None:
    asked = {"location_ids": EVERY_STORE, "limit": 200}
    changed = [o["updated_at"] for o in square.every(SEARCH, "orders", asked | {"query": by_update()})]
    newest = [o["created_at"] for o in square.every(SEARCH, "orders", asked)]
    assert changed == sorted(changed)
    assert newest == sorted(newest, reverse=True), "CREATED_AT DESC is the default"


def test_a_page_has_500_orders_unless_asked_otherwise_and_1000_at_most(square: Asker) -> None:
    assert len(ids(square.post(SEARCH, {"location_ids": EVERY_STORE}))) == 500
    assert len(ids(square.post(SEARCH, {"location_ids": EVERY_STORE, "limit": 1000}))) == 1000
    for limit, code in ((0, "VALUE_TOO_LOW"), (1001, "VALUE_TOO_HIGH"), ("many", "EXPECTED_INTEGER")):
        response = square.post(SEARCH, {"location_ids": EVERY_STORE, "limit": limit})
        assert error_of(response) == (400, "INVALID_REQUEST_ERROR", code)


def test_more_than_ten_locations_are_refused(ask: Callable[..., Asker], wide_ledger: Ledger) -> None:
    square = ask(wide_ledger)
    every = [store.id for store in wide_ledger.stores]
    assert error_of(square.post(SEARCH, {"location_ids": every})) == (
        400,
        "INVALID_REQUEST_ERROR",
        "ARRAY_LENGTH_TOO_LONG",
    )
    ten = set(ids(square.post(SEARCH, {"location_ids": every[:10], "limit": 1000})))
    rest = set(ids(square.post(SEARCH, {"location_ids": every[10:], "limit": 1000})))
    assert ten and rest and not ten & rest
    assert len(ten | rest) >= len({sale.id for sale in wide_ledger.sales_at(wide_ledger.ends_at)})


def test_a_search_without_locations_is_refused(square: Asker) -> None:
    for body in ({}, {"location_ids": []}):
        assert error_of(square.post(SEARCH, body))[2] == "MISSING_REQUIRED_PARAMETER"
    assert error_of(square.post(SEARCH, {"location_ids": ["NOWHERE"]}))[2] == "INVALID_VALUE"


def test_a_filter_in_the_wrong_place_is_ignored(ask: Callable[..., Asker]) -> None:
    square = ask(minutes_apart(5))
    in_place = {"location_ids": ["S1"], "query": by_update(start=NOON + timedelta(minutes=3))}
    at_top = {"location_ids": ["S1"], **by_update(start=NOON + timedelta(minutes=3)), "unheard_of": 1}
    assert ids(square.post(SEARCH, in_place)) == ["O3", "O4"]
    assert ids(square.post(SEARCH, at_top)) == ["O4", "O3", "O2", "O1", "O0"]


def test_both_ends_of_a_time_span_belong_to_it(ask: Callable[..., Asker]) -> None:
    square = ask(minutes_apart(5))
    span = by_update(NOON + timedelta(minutes=1), NOON + timedelta(minutes=3))
    assert ids(square.post(SEARCH, {"location_ids": ["S1"], "query": span})) == ["O1", "O2", "O3"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (
            {"filter": {"date_time_filter": {"updated_at": {"start_at": "2026-01-01T00:00:00Z"}}}},
            "BAD_REQUEST",
        ),
        (
            {
                "filter": {"date_time_filter": {"closed_at": {"start_at": "2026-01-01T00:00:00Z"}}},
                "sort": {"sort_field": "UPDATED_AT"},
            },
            "BAD_REQUEST",
        ),
        (
            {
                "filter": {
                    "date_time_filter": {
                        "updated_at": {"start_at": "2026-01-02T00:00:00Z"},
                        "created_at": {"start_at": "2026-01-02T00:00:00Z"},
                    }
                },
                "sort": {"sort_field": "UPDATED_AT"},
            },
            "BAD_REQUEST",
        ),
        (
            {
                "filter": {
                    "date_time_filter": {
                        "updated_at": {"start_at": "2026-01-02T00:00:00Z", "end_at": "2026-01-01T00:00:00Z"}
                    }
                },
                "sort": {"sort_field": "UPDATED_AT"},
            },
            "INVALID_TIME_RANGE",
        ),
        (
            {
                "filter": {"date_time_filter": {"updated_at": {"start_at": "yesterday"}}},
                "sort": {"sort_field": "UPDATED_AT"},
            },
            "INVALID_TIME",
        ),
        ({"sort": {"sort_field": "CLOSED_AT"}}, "BAD_REQUEST"),
        (
            {"sort": {"sort_field": "CLOSED_AT"}, "filter": {"state_filter": {"states": ["OPEN"]}}},
            "BAD_REQUEST",
        ),
        ({"sort": {"sort_field": "TOTAL"}}, "INVALID_ENUM_VALUE"),
        ({"sort": {"sort_order": "UP"}}, "INVALID_SORT_ORDER"),
    ],
)
def test_a_query_that_square_refuses_is_refused(query: dict[str, Any], code: str, square: Asker) -> None:
    response = square.post(SEARCH, {"location_ids": ["L001"], "query": query})
    assert error_of(response) == (400, "INVALID_REQUEST_ERROR", code)


def test_closed_orders_can_be_searched_by_when_they_closed(square: Asker) -> None:
    query = {
        "sort": {"sort_field": "CLOSED_AT", "sort_order": "ASC"},
        "filter": {"state_filter": {"states": ["COMPLETED"]}},
    }
    orders = square.post(SEARCH, {"location_ids": EVERY_STORE, "query": query}).json()["orders"]
    closed = [order["closed_at"] for order in orders]
    assert closed == sorted(closed)
    assert {order["state"] for order in orders} == {"COMPLETED"}


def test_only_the_states_that_were_asked_for_are_told(square: Asker) -> None:
    query = {"filter": {"state_filter": {"states": ["OPEN", "CANCELED"]}}}
    orders = square.every(SEARCH, "orders", {"location_ids": EVERY_STORE, "query": query})
    assert {order["state"] for order in orders} == {"OPEN", "CANCELED"}


@pytest.mark.parametrize(
    "change",
    [
        {"limit": 11},
        {"location_ids": ["L001"]},
        {"query": {"sort": {"sort_field": "UPDATED_AT", "sort_order": "DESC"}}},
        {"cursor": "bm90IGEgY3Vyc29y"},
        {"cursor": "§"},
    ],
)
def test_a_cursor_works_for_its_own_query_only(change: dict[str, Any], square: Asker) -> None:
    asked = {"location_ids": EVERY_STORE, "limit": 10, "query": by_update()}
    cursor = square.post(SEARCH, asked).json()["cursor"]
    assert square.post(SEARCH, asked | {"cursor": cursor}).status_code == 200
    response = square.post(SEARCH, asked | {"cursor": cursor} | change)
    assert error_of(response) == (400, "INVALID_REQUEST_ERROR", "INVALID_CURSOR")


def test_the_last_page_has_no_cursor_and_an_empty_answer_no_orders(ask: Callable[..., Asker]) -> None:
    square = ask(minutes_apart(2))
    assert "cursor" not in square.post(SEARCH, {"location_ids": ["S1"], "limit": 2}).json()
    nothing = by_update(start=NOON + timedelta(days=1))
    assert square.post(SEARCH, {"location_ids": ["S1"], "query": nothing}).json() == {}


def test_orders_changed_in_the_same_moment_are_not_lost_between_pages(ask: Callable[..., Asker]) -> None:
    square = ask(a_ledger([a_sale(f"O{n}", NOON, [a_basket_line("1", 500)]) for n in range(7)]))
    pages = list(square.pages(SEARCH, "orders", {"location_ids": ["S1"], "limit": 2, "query": by_update()}))
    assert sorted(order["id"] for page in pages for order in page) == [f"O{n}" for n in range(7)]


def test_an_order_of_a_till_that_was_offline_is_told_when_it_is_uploaded(ask: Callable[..., Asker]) -> None:
    late = NOON + timedelta(hours=71)
    ledger = a_ledger([a_sale("LATE", NOON, [a_basket_line("1", 500)], updated_at=late, visible_at=late)])
    now = [late - timedelta(seconds=1)]
    square = ask(ledger, clock=lambda: now[0])
    assert ids(square.post(SEARCH, {"location_ids": ["S1"]})) == []
    now[0] = late
    (order,) = square.post(SEARCH, {"location_ids": ["S1"]}).json()["orders"]
    assert (order["created_at"], order["updated_at"]) == (rfc3339(NOON), rfc3339(late))
    assert ids(square.post(SEARCH, {"location_ids": ["S1"], "query": by_update(start=late)})) == ["LATE"]


def test_an_edited_order_is_told_in_its_newest_version_only(ask: Callable[..., Asker]) -> None:
    first = a_sale("A", NOON, [a_basket_line("1", 500), a_basket_line("1", 700, line_id="l2")])
    edited_at = NOON + timedelta(hours=5)
    second = replace(
        a_sale("A", NOON, [a_basket_line("1", 700, line_id="l2")]),
        version=2,
        updated_at=edited_at,
        visible_at=edited_at,
    )
    now = [NOON]
    square = ask(a_ledger([first, second]), clock=lambda: now[0])
    (before,) = square.post(SEARCH, {"location_ids": ["S1"]}).json()["orders"]
    now[0] = edited_at
    (after,) = square.post(SEARCH, {"location_ids": ["S1"]}).json()["orders"]
    assert [line["uid"] for line in before["line_items"]] == ["l1", "l2"]
    assert [line["uid"] for line in after["line_items"]] == ["l2"]
    assert (before["version"], after["version"]) == (1, 2)


def test_an_order_that_changes_while_it_is_paged_through_is_told_again_at_the_end(
    ask: Callable[..., Asker],
) -> None:
    now = [NOON + timedelta(hours=1)]
    square = ask(minutes_apart(6), clock=lambda: now[0])
    asked = {"location_ids": ["S1"], "limit": 2, "query": by_update(end=NOON + timedelta(days=1))}
    first = square.post(SEARCH, asked).json()
    now[0] += timedelta(minutes=5)
    square.app.state.account.edit_order("O0")
    rest = square.every(SEARCH, "orders", asked | {"cursor": first["cursor"]})
    assert [order["id"] for order in rest] == ["O2", "O3", "O4", "O5", "O0"]
    assert rest[-1]["version"] == 2


def test_orders_by_id_leave_out_the_unknown(square: Asker, ledger: Ledger) -> None:
    known = ledger.sales[0].id
    path = "/v2/orders/batch-retrieve"
    assert ids(square.post(path, {"order_ids": [known, "UNKNOWN"]})) == [known]
    assert square.post(path, {"order_ids": ["UNKNOWN"]}).json() == {}
    assert error_of(square.post(path, {"order_ids": ["X"] * 101}))[2] == "ARRAY_LENGTH_TOO_LONG"
    assert error_of(square.post(path))[2] == "MISSING_REQUIRED_PARAMETER"
    assert square.get(f"/v2/orders/{known}").json()["order"]["id"] == known
    assert error_of(square.get("/v2/orders/UNKNOWN")) == (404, "INVALID_REQUEST_ERROR", "NOT_FOUND")


def test_entries_name_orders_without_their_content(square: Asker) -> None:
    answer = square.post(SEARCH, {"location_ids": ["L001"], "limit": 3, "return_entries": True}).json()
    assert [set(entry) for entry in answer["order_entries"]] == [{"order_id", "version", "location_id"}] * 3
    assert "orders" not in answer


def test_the_lines_of_every_order_add_up_to_the_order(square: Asker) -> None:
    for order in square.every(SEARCH, "orders", {"location_ids": EVERY_STORE, "limit": 1000}):
        lines = order.get("line_items", [])
        charges = order.get("service_charges", [])
        own = sum(c["total_money"]["amount"] for c in charges if c["treatment_type"] == "LINE_ITEM_TREATMENT")
        rounding = order.get("rounding_adjustment", {}).get("amount_money", {}).get("amount", 0)
        total = (
            sum(line["total_money"]["amount"] for line in lines)
            + own
            + rounding
            + order["total_tip_money"]["amount"]
        )
        assert total == order["total_money"]["amount"], order["id"]
        if order["state"] == "COMPLETED":
            tendered = sum(
                tender["amount_money"]["amount"]
                for tender in order.get("tenders", [])
                if tender.get("card_details", {}).get("status") != "VOIDED"
            )
            given_back = order.get("return_amounts", {}).get("total_money", {}).get("amount", 0)
            if lines and tendered:
                assert tendered == max(0, order["total_money"]["amount"] - given_back), order["id"]


def test_net_sales_can_be_told_from_the_orders_alone(square: Asker, ledger: Ledger) -> None:
    """Total less tax less spread charges is net, whatever the country does with inclusive tax."""
    figures = expected_figures(ledger)
    net = 0
    for order in square.every(SEARCH, "orders", {"location_ids": ["L001", "L003"], "limit": 1000}):
        if order["state"] == "COMPLETED":
            for line in order.get("line_items", []):
                if line["item_type"] != "GIFT_CARD":
                    net += line["total_money"]["amount"] - line["total_tax_money"]["amount"]
                    net -= line["total_service_charge_money"]["amount"]
    assert Decimal(net) / 100 == figures.totals["USD"]["gross_sales"] - figures.totals["USD"]["discounts"]


def test_inclusive_tax_stays_in_the_gross_in_europe_and_leaves_it_in_america(
    ask: Callable[..., Asker],
) -> None:
    stores = (a_store(), a_store("S2", "Europe/London", "GBP", "GB"))
    sales = [
        a_sale(f"O{s.id}", NOON, [a_basket_line("1", 1200, taxes=(TAX_INSIDE,))], store=s.id) for s in stores
    ]
    square = ask(a_ledger(sales, stores=stores))
    orders = {
        o["location_id"]: o for o in square.post(SEARCH, {"location_ids": ["S1", "S2"]}).json()["orders"]
    }
    gross = {name: order["line_items"][0]["gross_sales_money"]["amount"] for name, order in orders.items()}
    assert gross == {"S1": 1000, "S2": 1200}
    assert {order["total_money"]["amount"] for order in orders.values()} == {1200}


def test_a_return_is_an_order_of_its_own_and_leaves_the_sale_as_it_was(ask: Callable[..., Asker]) -> None:
    sale = a_sale("A", NOON, [a_basket_line("2", 500, taxes=(TAX_ADDED,))])
    later = NOON + timedelta(days=1)
    line = ReturnedLine(part_of(sale.lines[0], Decimal(0), Decimal(1), "r1"), "l1", True)
    square = ask(
        a_ledger([sale], returns=(Return("R", 1, "S1", "A", None, later, later, later, later, (line,), ()),))
    )
    sold, given_back = square.post(SEARCH, {"location_ids": ["S1"], "query": by_update()}).json()["orders"]
    assert (sold["id"], "returns" in sold) == ("A", False)
    assert "line_items" not in given_back
    (part,) = given_back["returns"]
    assert part["source_order_id"] == "A"
    assert part["return_line_items"][0]["source_line_item_uid"] == "l1"
    assert part["return_amounts"]["total_money"] == {"amount": 550, "currency": "USD"}
    assert given_back["net_amounts"]["total_money"] == {"amount": -550, "currency": "USD"}


def test_an_exchange_is_a_sale_and_a_return_in_one_order(square: Asker, ledger: Ledger) -> None:
    exchange = next(r for r in ledger.returns_at(ledger.ends_at) if r.exchange_sale_id)
    order = square.get(f"/v2/orders/{exchange.exchange_sale_id}").json()["order"]
    assert order["line_items"] and order["returns"][0]["return_line_items"]
    net = order["total_money"]["amount"] - order["return_amounts"]["total_money"]["amount"]
    assert order["net_amounts"]["total_money"]["amount"] == net


def test_money_given_back_without_goods_comes_in_both_forms(square: Asker, ledger: Ledger) -> None:
    forms = {refund.form: refund for refund in ledger.refunds_at(ledger.ends_at)}
    bare = square.get(f"/v2/orders/{forms[RefundForm.EMPTY_ORDER].order_id}").json()["order"]
    typed = square.get(f"/v2/orders/{forms[RefundForm.CUSTOM_LINE].order_id}").json()["order"]
    assert "returns" not in bare and "line_items" not in bare
    (line,) = typed["returns"][0]["return_line_items"]
    assert line["item_type"] == "CUSTOM_AMOUNT"
    assert "source_line_item_uid" not in line and "catalog_object_id" not in line
    refund = square.get(f"/v2/refunds/{forms[RefundForm.NO_ORDER].id}").json()["refund"]
    assert "order_id" not in refund


def test_a_spread_service_charge_stands_on_the_lines(ask: Callable[..., Asker]) -> None:
    lines = price([a_basket_line("1", 500), a_basket_line("1", 1000, line_id="l2")], spread_charge=301)
    charge = ServiceCharge("s1", "Delivery", 301, 0, is_gratuity=False, is_spread=True)
    square = ask(a_ledger([a_sale("A", NOON, [], lines=lines, service_charges=(charge,))]))
    (order,) = square.post(SEARCH, {"location_ids": ["S1"]}).json()["orders"]
    assert [line["total_service_charge_money"]["amount"] for line in order["line_items"]] == [100, 201]
    assert order["total_money"]["amount"] == 1801
    assert order["total_service_charge_money"]["amount"] == 301


def test_tenders_hold_the_tip_and_leave_out_what_failed(square: Asker, ledger: Ledger) -> None:
    sale = next(
        s
        for s in ledger.sales_at(ledger.ends_at)
        if s.payments
        and s.payments[0].status == PaymentStatus.FAILED
        and s.state == SaleState.COMPLETED
        and s.tip
    )
    order = square.get(f"/v2/orders/{sale.id}").json()["order"]
    (tender,) = order["tenders"]
    assert tender["amount_money"]["amount"] == sale.total
    assert tender["tip_money"]["amount"] == sale.tip


def test_personal_data_stands_where_square_keeps_it(square: Asker, ledger: Ledger) -> None:
    text = square.post(SEARCH, {"location_ids": EVERY_STORE, "limit": 1000}).text
    told = {planted for planted in ledger.personal_data() if planted in text}
    assert any(customer.name in told for customer in ledger.customers)
    assert any(customer.phone[:17] in told for customer in ledger.customers)
    assert any("Ticket of table" in planted for planted in told)
    assert any(
        line.name in told for sale in ledger.sales for line in sale.lines if line.kind == LineKind.CUSTOM
    )
