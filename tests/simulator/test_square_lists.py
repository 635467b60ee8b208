"""Payments, refunds, catalogue, stock, vendors and locations of the simulated Square."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from simulator.ledger import (
    Ledger,
    Movement,
    MovementKind,
    PaymentMethod,
    PaymentStatus,
    Refund,
    RefundForm,
)
from simulator.square import ALL_SCOPES
from simulator.square.parts import rfc3339
from tests.simulator.asker import EVERYTHING, LONG_AGO, TOKEN, Asker, error_of
from tests.simulator.small import NOON, TEA, a_basket_line, a_ledger, a_sale, a_store

COUNTS = "/v2/inventory/counts/batch-retrieve"
CHANGES = "/v2/inventory/changes/batch-retrieve"
CATALOG = "/v2/catalog/search"
SCOPES = {
    "/v2/locations": "MERCHANT_PROFILE_READ",
    "/v2/orders/search": "ORDERS_READ",
    "/v2/payments": "PAYMENTS_READ",
    "/v2/refunds": "PAYMENTS_READ",
    "/v2/catalog/list": "ITEMS_READ",
    CATALOG: "ITEMS_READ",
    COUNTS: "INVENTORY_READ",
    CHANGES: "INVENTORY_READ",
    "/v2/vendors/search": "VENDOR_READ",
}


def send(square: Asker, path: str, method: str, asked: dict[str, Any]) -> Any:
    return square.post(path, asked) if method == "POST" else square.get(path, **asked)


@pytest.mark.parametrize(("path", "method", "asked", "name", "_"), EVERYTHING)
def test_every_endpoint_wants_a_good_token(
    path: str, method: str, asked: dict[str, Any], name: str, _: str, ask: Any
) -> None:
    ledger = a_ledger()
    assert error_of(send(ask(ledger, token=None), path, method, asked)) == (
        401,
        "AUTHENTICATION_ERROR",
        "UNAUTHORIZED",
    )
    assert error_of(send(ask(ledger, token="wrong"), path, method, asked))[0] == 401


@pytest.mark.parametrize(("path", "method", "asked", "name", "_"), EVERYTHING)
def test_every_endpoint_wants_its_scope(
    path: str, method: str, asked: dict[str, Any], name: str, _: str, ask: Any
) -> None:
    others = [scope for scope in ALL_SCOPES if scope != SCOPES[path]]
    response = send(ask(a_ledger(), scopes=others), path, method, asked)
    assert error_of(response) == (403, "AUTHENTICATION_ERROR", "INSUFFICIENT_SCOPES")
    assert SCOPES[path] in response.json()["errors"][0]["detail"]


def test_a_token_tells_its_scopes(ask: Callable[..., Asker]) -> None:
    status = ask(a_ledger(), scopes=["ORDERS_READ"]).post("/oauth2/token/status").json()
    assert status["scopes"] == ["ORDERS_READ"]
    assert error_of(ask(a_ledger(), token="wrong").post("/oauth2/token/status"))[0] == 401


def test_a_body_that_is_not_json_and_a_path_that_is_not_there_are_refused(square: Asker) -> None:
    broken = square.http.post(square.url + "/v2/orders/search", data=b"{", timeout=30)
    assert error_of(broken) == (400, "INVALID_REQUEST_ERROR", "EXPECTED_JSON_BODY")
    assert error_of(square.post("/v2/orders/search", [1])) == (
        400,
        "INVALID_REQUEST_ERROR",
        "EXPECTED_OBJECT",
    )
    assert error_of(square.get("/v2/unheard-of")) == (404, "INVALID_REQUEST_ERROR", "NOT_FOUND")


def test_every_request_is_written_down(ask: Callable[..., Asker]) -> None:
    square = ask(a_ledger())
    square.get("/v2/payments", limit=5)
    square.post("/v2/orders/search", {"location_ids": ["S1"]})
    first, second = square.app.state.requests
    assert (first.method, first.path, first.query, first.status) == ("GET", "/v2/payments", "limit=5", 200)
    assert (second.path, second.body) == ("/v2/orders/search", '{"location_ids": ["S1"]}')


def test_payments_are_those_of_the_main_location_unless_one_is_named(square: Asker, ledger: Ledger) -> None:
    asked = {"begin_time": LONG_AGO}
    main = square.every("/v2/payments", "payments", asked, method="GET")
    second = square.every("/v2/payments", "payments", asked | {"location_id": "L002"}, method="GET")
    assert {payment["location_id"] for payment in main} == {"L001"}
    assert {payment["location_id"] for payment in second} == {"L002"}
    known = {p.id for s in ledger.sales_at(ledger.ends_at) if s.store_id == "L001" for p in s.payments}
    assert {payment["id"] for payment in main} == known


def test_refunds_are_those_of_all_locations(square: Asker, ledger: Ledger) -> None:
    told = square.every("/v2/refunds", "refunds", {"begin_time": LONG_AGO}, method="GET")
    known = {p.id for r in ledger.returns_at(ledger.ends_at) for p in r.payouts}
    known |= {refund.id for refund in ledger.refunds_at(ledger.ends_at)}
    assert {refund["id"] for refund in told} == known
    assert len({refund["location_id"] for refund in told}) == 7


@pytest.mark.parametrize("name", ["payments", "refunds"])
def test_money_is_listed_100_a_page_whatever_is_asked(name: str, square: Asker) -> None:
    for limit in (None, 100, 500):
        asked = {"begin_time": LONG_AGO} | ({"limit": limit} if limit else {})
        assert len(square.get(f"/v2/{name}", **asked).json()[name]) == 100
    assert len(square.get(f"/v2/{name}", begin_time=LONG_AGO, limit=7).json()[name]) == 7
    assert error_of(square.get(f"/v2/{name}", limit=0))[2] == "VALUE_TOO_LOW"


def test_money_older_than_a_year_has_to_be_asked_for(ask: Callable[..., Asker]) -> None:
    old = a_sale("OLD", NOON - timedelta(days=400), [a_basket_line("1", 500)])
    new = a_sale("NEW", NOON, [a_basket_line("1", 500)])
    square = ask(a_ledger([old, new]))
    assert [p["order_id"] for p in square.get("/v2/payments").json()["payments"]] == ["NEW"]
    told = square.get("/v2/payments", begin_time=LONG_AGO, sort_order="ASC").json()["payments"]
    assert [payment["order_id"] for payment in told] == ["OLD", "NEW"]


def test_a_payment_changes_when_some_of_it_is_given_back(ask: Callable[..., Asker]) -> None:
    later = NOON + timedelta(days=1)
    refund = Refund(
        "F", 1, "S1", "A", "A-P", None, RefundForm.NO_ORDER, 200, PaymentStatus.COMPLETED, later, later, later
    )
    now = [later - timedelta(seconds=1)]
    ledger = a_ledger([a_sale("A", NOON, [a_basket_line("1", 500)], tip=50)], refunds=(refund,))
    square = ask(ledger, clock=lambda: now[0])
    changed = {"updated_at_begin_time": rfc3339(later), "sort_field": "UPDATED_AT"}
    (before,) = square.get("/v2/payments").json()["payments"]
    assert square.get("/v2/payments", **changed).json() == {}
    now[0] = later
    (after,) = square.get("/v2/payments", **changed).json()["payments"]
    assert "refunded_money" not in before
    assert after["refunded_money"]["amount"] == 200
    assert after["updated_at"] == rfc3339(later)
    amounts = [after[name]["amount"] for name in ("amount_money", "tip_money", "total_money")]
    assert amounts == [500, 50, 550]
    assert square.get("/v2/payments/A-P").json()["payment"] == after


def test_a_refund_waits_for_the_bank(ask: Callable[..., Asker]) -> None:
    asked = Refund(
        "F", 1, "S1", "A", "A-P", None, RefundForm.NO_ORDER, 200, PaymentStatus.PENDING, NOON, NOON, NOON
    )
    settled = NOON + timedelta(days=1)
    refused = replace(asked, version=2, status=PaymentStatus.FAILED, updated_at=settled, visible_at=settled)
    now = [NOON]
    ledger = a_ledger([a_sale("A", NOON, [a_basket_line("1", 500)])], refunds=(asked, refused))
    square = ask(ledger, clock=lambda: now[0])
    assert square.get("/v2/refunds/F").json()["refund"]["status"] == "PENDING"
    now[0] = settled
    assert square.get("/v2/refunds/F").json()["refund"]["status"] == "FAILED"
    assert square.get("/v2/refunds", status="COMPLETED").json() == {}


def test_a_redeemed_gift_card_is_a_card_among_payments_and_a_gift_card_among_tenders(
    square: Asker, ledger: Ledger
) -> None:
    sale, payment = next(
        (s, p)
        for s in ledger.sales_at(ledger.ends_at)
        for p in s.payments
        if p.method == PaymentMethod.GIFT_CARD and p.status == PaymentStatus.COMPLETED
    )
    told = square.get(f"/v2/payments/{payment.id}").json()["payment"]
    assert (told["source_type"], told["card_details"]["card"]["card_brand"]) == ("CARD", "SQUARE_GIFT_CARD")
    tenders = square.get(f"/v2/orders/{sale.id}").json()["order"]["tenders"]
    assert "SQUARE_GIFT_CARD" in {tender["type"] for tender in tenders}


def test_a_money_cursor_works_for_its_own_query_only(square: Asker) -> None:
    cursor = square.get("/v2/payments", begin_time=LONG_AGO).json()["cursor"]
    other = square.get("/v2/payments", begin_time="2021-01-01T00:00:00Z", cursor=cursor)
    assert error_of(other) == (400, "INVALID_REQUEST_ERROR", "INVALID_CURSOR")
    assert square.get("/v2/payments", begin_time=LONG_AGO, cursor=cursor).status_code == 200


def test_the_catalogue_list_leaves_out_what_was_deleted(square: Asker, ledger: Ledger) -> None:
    deleted = {item.id for item in ledger.items if item.is_deleted}
    listed = square.every("/v2/catalog/list", "objects", {"types": "item_variation"}, method="GET")
    asked = {"object_types": ["ITEM_VARIATION"], "include_deleted_objects": True}
    searched = square.every(CATALOG, "objects", asked)
    assert deleted
    assert {variation["id"] for variation in listed} == {item.id for item in ledger.items} - deleted
    assert {variation["id"] for variation in searched if variation["is_deleted"]} == deleted


def test_items_hold_their_variations_with_code_price_and_cost(square: Asker, ledger: Ledger) -> None:
    told = {
        v["id"]: v
        for i in square.every(CATALOG, "objects", {"object_types": ["ITEM"], "include_deleted_objects": True})
        for v in i["item_data"]["variations"]
    }
    for item in ledger.items:
        data = told[item.id]["item_variation_data"]
        assert data["item_id"] == item.product_id
        assert (data.get("sku"), data.get("upc")) == (item.sku, item.barcode)
        if not item.is_gift_card:
            assert data["price_money"]["amount"] == item.price
        if item.unit_cost is not None:
            (vendor,) = data["vendor_information"]
            assert (vendor["vendor_id"], vendor["unit_cost_money"]["amount"]) == (
                item.supplier_id,
                item.unit_cost,
            )


def test_a_later_search_of_the_catalogue_tells_what_changed_since(ask: Callable[..., Asker]) -> None:
    changed = replace(TEA, id="NEW", product_id="P-NEW", updated_at=NOON + timedelta(days=1))
    square = ask(a_ledger(items=(TEA, changed)))
    since = {"object_types": ["ITEM_VARIATION"], "begin_time": rfc3339(TEA.updated_at)}
    answer = square.post(CATALOG, since).json()
    assert [variation["id"] for variation in answer["objects"]] == ["NEW"]
    assert answer["latest_time"] == rfc3339(NOON + timedelta(days=5))
    assert set(square.post(CATALOG, since | {"begin_time": answer["latest_time"]}).json()) == {"latest_time"}


def test_the_catalogue_is_told_in_pages(square: Asker) -> None:
    asked = {"object_types": ["ITEM_VARIATION"], "limit": 10, "include_deleted_objects": True}
    pages = list(square.pages(CATALOG, "objects", asked))
    found = [variation["id"] for page in pages for variation in page]
    assert len(pages) == 7
    assert len(found) == len(set(found)) == 61


def test_counts_are_the_ledgers_stock_newest_first(square: Asker, ledger: Ledger) -> None:
    told = square.every(COUNTS, "counts", {"states": ["IN_STOCK"], "limit": 50})
    stock = {(c["location_id"], c["catalog_object_id"]): Decimal(c["quantity"]) for c in told}
    assert stock == ledger.on_hand(ledger.ends_at)
    moments = [count["calculated_at"] for count in told]
    assert moments == sorted(moments, reverse=True)


def test_counts_tell_other_states_than_stock_too(square: Asker) -> None:
    assert {count["state"] for count in square.every(COUNTS, "counts", {})} == {"IN_STOCK", "WASTE"}


def test_counts_can_be_limited_to_places_items_and_what_changed(square: Asker, ledger: Ledger) -> None:
    asked = {"location_ids": ["L002"], "catalog_object_ids": ["VAR0001", "VAR0002"], "states": ["IN_STOCK"]}
    told = square.every(COUNTS, "counts", asked)
    assert {(count["location_id"], count["catalog_object_id"]) for count in told} == {
        ("L002", "VAR0001"),
        ("L002", "VAR0002"),
    }
    newest = max(count["calculated_at"] for count in told)
    assert square.post(COUNTS, asked | {"updated_after": newest}).json() == {}
    assert error_of(square.post(COUNTS, {"limit": 1001}))[2] == "VALUE_TOO_HIGH"
    assert len(square.post(COUNTS).json()["counts"]) == 100


def test_changes_come_oldest_first_and_lead_to_the_stock(square: Asker, ledger: Ledger) -> None:
    told = square.every(CHANGES, "changes", {"limit": 1000})
    details = [change.get("adjustment") or change["physical_count"] for change in told]
    moments = [detail["occurred_at"] for detail in details]
    assert moments == sorted(moments)
    stock: dict[tuple[str, str], Decimal] = {}
    for change, detail in zip(told, details, strict=True):
        place = detail.get("location_id") or detail["to_location_id"]
        key = (place, detail["catalog_object_id"])
        if change["type"] == "PHYSICAL_COUNT":
            stock[key] = Decimal(detail["quantity"])
        else:
            sign = (detail["to_state"] == "IN_STOCK") - (detail["from_state"] == "IN_STOCK")
            stock[key] = stock.get(key, Decimal(0)) + sign * Decimal(detail["quantity"])
    late = {(m.store_id, m.item_id) for m in ledger.movements if m.visible_at != m.occurred_at}
    on_hand = ledger.on_hand(ledger.ends_at)
    assert {key: quantity for key, quantity in stock.items() if key not in late} == {
        key: quantity for key, quantity in on_hand.items() if key not in late
    }


def test_a_change_names_its_places_in_the_words_of_the_asked_version(ask: Callable[..., Asker]) -> None:
    movement = Movement("M1", "S1", "TEA", MovementKind.SALE, Decimal(-2), NOON, NOON, "A")
    square = ask(a_ledger(movements=(movement,)))
    square.http.headers["Square-Version"] = "2025-08-20"
    (old,) = square.post(CHANGES).json()["changes"]
    square.http.headers["Square-Version"] = "2026-09-16"
    (new,) = square.post(CHANGES).json()["changes"]
    assert old["adjustment"]["location_id"] == "S1"
    assert (new["adjustment"]["from_location_id"], new["adjustment"]["to_location_id"]) == ("S1", "S1")
    assert "location_id" not in new["adjustment"]
    assert (new["adjustment"]["from_state"], new["adjustment"]["to_state"]) == ("IN_STOCK", "SOLD")
    assert (new["adjustment"]["quantity"], new["adjustment"]["transaction_id"]) == ("2", "A")


def test_goods_given_back_go_back_on_the_shelf_as_adjustments(square: Asker) -> None:
    told = square.every(CHANGES, "changes", {"limit": 1000, "types": ["ADJUSTMENT"]})
    ways = {(change["adjustment"]["from_state"], change["adjustment"]["to_state"]) for change in told}
    assert ways == {
        ("IN_STOCK", "SOLD"),
        ("SOLD", "IN_STOCK"),
        ("RETURNED_BY_CUSTOMER", "IN_STOCK"),
        ("UNLINKED_RETURN", "IN_STOCK"),
        ("IN_STOCK", "WASTE"),
        ("NONE", "IN_STOCK"),
    }


def test_changes_can_be_asked_for_by_when_the_vendor_heard_of_them(ask: Callable[..., Asker]) -> None:
    heard = NOON + timedelta(hours=60)
    late = Movement("LATE", "S1", "TEA", MovementKind.SALE, Decimal(-1), NOON, heard, "A")
    early = Movement("EARLY", "S1", "TEA", MovementKind.RECEIPT, Decimal(9), NOON, NOON)
    square = ask(a_ledger(movements=(early, late)))
    after = {"updated_after": rfc3339(NOON + timedelta(hours=1))}
    assert [change["adjustment"]["id"] for change in square.post(CHANGES, after).json()["changes"]] == [
        "LATE"
    ]
    before = {"updated_before": rfc3339(heard)}
    assert [change["adjustment"]["id"] for change in square.post(CHANGES, before).json()["changes"]] == [
        "EARLY"
    ]


def test_vendors_can_be_searched_by_state_and_name(square: Asker) -> None:
    path = "/v2/vendors/search"
    everyone = square.post(path).json()["vendors"]
    assert [vendor["name"] for vendor in everyone] == sorted(vendor["name"] for vendor in everyone)
    active = square.post(path, {"filter": {"status": ["ACTIVE"]}}).json()["vendors"]
    assert len(active) == len(everyone) - 1
    assert square.post(path, {"filter": {"name": ["Nobody"]}}).json() == {}


def test_a_location_tells_its_zone_and_hours_but_no_close_of_day(square: Asker, ledger: Ledger) -> None:
    told = square.get("/v2/locations").json()["locations"]
    assert [location["name"] for location in told] == sorted(store.name for store in ledger.stores)
    main = square.get("/v2/locations/main").json()["location"]
    assert (main["id"], main["timezone"], main["currency"]) == ("L001", "America/New_York", "USD")
    assert not [key for key in main if "close" in key or "cutoff" in key]
    assert error_of(square.get("/v2/locations/NOWHERE"))[0] == 404


def test_an_inactive_location_is_listed_too(ask: Callable[..., Asker]) -> None:
    closed = replace(a_store("S2"), is_active=False)
    told = ask(a_ledger(stores=(a_store(), closed))).get("/v2/locations").json()["locations"]
    assert {location["id"]: location["status"] for location in told} == {"S1": "ACTIVE", "S2": "INACTIVE"}


def test_a_token_is_never_told(square: Asker) -> None:
    assert TOKEN not in square.post("/oauth2/token/status").text
