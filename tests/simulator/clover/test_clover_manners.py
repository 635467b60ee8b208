"""The simulated Clover keeps to what Clover documents: what it lists, hides, cuts off and refuses."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from starlette.applications import Starlette

from simulator.clover import SIMULATED, create_app
from simulator.clover.app import ACCESS_TOKEN
from simulator.clover.told import MERCHANT_ID, told
from simulator.expected import expected_figures
from simulator.generate import generate_ledger
from simulator.ledger import Ledger, SaleState
from simulator.server import serve
from simulator.strategies import ledgers


@dataclass
class Merchant:
    """A simulated merchant and who asks it."""

    app: Starlette
    url: str
    ledger: Ledger
    token: str = ACCESS_TOKEN

    def get(self, path: str, **query: Any) -> requests.Response:
        address = f"{self.url}/v3/merchants/{MERCHANT_ID}{path}"
        return requests.get(
            address, params=query, headers={"Authorization": f"Bearer {self.token}"}, timeout=30
        )

    def elements(self, path: str, **query: Any) -> list[dict[str, Any]]:
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["elements"]
        return found


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


@pytest.fixture(scope="module")
def merchant() -> Iterator[Merchant]:
    ledger = told(generate_ledger(49, stores=1, days=9, orders_per_day=6, items=12, customers=6))
    first, second, *others = ledger.sales
    days_back = timedelta(days=120)
    old = replace(
        first,
        opened_at=first.opened_at - days_back,
        updated_at=first.updated_at - days_back,
        visible_at=first.visible_at - days_back,
    )
    (line, *_) = second.lines
    long = replace(
        second, lines=(replace(line, quantity=Decimal(120), gross=line.unit_price * 120, modifiers=()),)
    )
    app = create_app(replace(ledger, sales=(old, long, *others)))
    with serve(app) as url:
        yield Merchant(app, url, app.state.account.ledger)


def test_a_span_of_more_than_90_days_is_cut_to_its_last_90(merchant: Merchant) -> None:
    (oldest, *_) = merchant.ledger.sales
    since = milliseconds(merchant.ledger.ends_at - timedelta(days=200))
    all_ids = {sale.id for sale in merchant.ledger.sales}
    for query in ({}, {"filter": f"createdTime>={since}"}, {"filter": "state!=odd"}):
        found = {order["id"] for order in merchant.elements("/orders", limit=1000, **query)}
        assert found == all_ids - {oldest.id}
    until = milliseconds(oldest.opened_at + timedelta(days=1))
    window = [f"createdTime>={since}", f"createdTime<={until}"]
    assert [order["id"] for order in merchant.elements("/orders", filter=window)] == [oldest.id]


def test_a_filter_by_time_of_change_reaches_further_back(merchant: Merchant) -> None:
    since = milliseconds(merchant.ledger.ends_at - timedelta(days=200))
    found = merchant.elements(
        "/orders", limit=1000, filter=f"modifiedTime>={since}", orderBy="modifiedTime ASC"
    )
    assert {order["id"] for order in found} == {sale.id for sale in merchant.ledger.sales}
    assert [order["modifiedTime"] for order in found] == sorted(order["modifiedTime"] for order in found)


def test_a_nested_list_ends_after_a_hundred_and_the_list_of_its_own_goes_on(merchant: Merchant) -> None:
    long = merchant.ledger.sales[1].id
    found = {
        order["id"]: order for order in merchant.elements("/orders", limit=1000, expand="lineItems.taxRates")
    }
    assert len(found[long]["lineItems"]["elements"]) == 100
    whole = [
        line["id"]
        for offset in (0, 100)
        for line in merchant.elements(f"/orders/{long}/line_items", limit=100, offset=offset)
    ]
    assert len(set(whole)) == 120


def test_what_is_not_expanded_is_not_told(merchant: Merchant) -> None:
    nested = {"lineItems", "discounts", "customers"}
    for order in merchant.elements("/orders"):
        assert not nested & order.keys()
    for order in merchant.elements("/orders", expand="lineItems.discounts"):
        assert nested & order.keys() == {"lineItems"}
        for line in order["lineItems"]["elements"]:
            assert not {"modifications", "taxRates"} & line.keys()


@pytest.mark.parametrize(
    "query",
    [
        {"expand": "lineItems,discounts,customers,employee"},
        {"filter": "customer.firstName=Ada"},
        {"filter": "createdTime>=yesterday"},
        {"orderBy": "note ASC"},
        {"limit": "many"},
    ],
)
def test_what_clover_does_not_support_is_refused(merchant: Merchant, query: dict[str, str]) -> None:
    answer = merchant.get("/orders", **query)
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("400 Bad Request")


def test_each_list_says_what_it_can_be_filtered_by(merchant: Merchant) -> None:
    allowed = merchant.get("/orders").headers["X-Clover-Allowed-Filter-Fields"].split(",")
    assert {"createdTime", "modifiedTime"} <= set(allowed)
    assert "modifiedTime" not in merchant.get("/refunds").headers["X-Clover-Allowed-Filter-Fields"]


def test_a_page_holds_a_hundred_unless_more_are_asked_for_and_a_thousand_at_most(merchant: Merchant) -> None:
    lines = f"/orders/{merchant.ledger.sales[1].id}/line_items"
    assert [len(merchant.elements(lines)), len(merchant.elements(lines, limit=5000))] == [100, 120]
    assert merchant.elements(lines, offset=120) == []


def test_a_wrong_token_and_a_missing_permission_are_answered_alike(merchant: Merchant) -> None:
    refused = replace(merchant, token="wrong").get("/orders")
    merchant.app.state.account.scopes = ("MERCHANT_R",)
    denied = merchant.get("/orders")
    merchant.app.state.account.scopes = ("MERCHANT_R", "ORDERS_R", "PAYMENTS_R", "INVENTORY_R", "CUSTOMERS_R")
    assert (denied.status_code, denied.json()) == (refused.status_code, refused.json())
    assert (denied.status_code, denied.json()) == (401, {"message": "401 Unauthorized"})


def test_too_many_requests_name_the_limit_that_was_hit(merchant: Merchant) -> None:
    merchant.app.state.faults.rate_limit("/items", retry_after=3)
    answer = merchant.get("/items")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3")
    assert answer.headers["X-RateLimit-tokenLimit"] == "16"


def test_an_order_that_is_deleted_is_not_told_any_more(merchant: Merchant) -> None:
    gone = merchant.ledger.sales[-1].id
    merchant.app.state.account.delete_order(gone)
    assert gone not in {order["id"] for order in merchant.elements("/orders", limit=1000)}
    assert (merchant.get(f"/orders/{gone}").status_code, merchant.get("/orders/never").status_code) == (
        404,
        404,
    )


def test_every_order_is_worth_what_it_says(merchant: Merchant) -> None:
    paid = {sale.id: sale for sale in merchant.ledger.sales_at(merchant.ledger.ends_at)}
    for order in merchant.elements("/orders", limit=1000):
        sale = paid[order["id"]]
        assert order["total"] == sale.total - sale.tip
        if sale.state == SaleState.COMPLETED:
            assert order["unpaidBalance"] == 0


def test_personal_data_is_planted_where_clover_has_it(merchant: Merchant) -> None:
    told_text = json.dumps(
        [
            *merchant.elements("/orders", limit=1000, expand="customers,lineItems"),
            *merchant.elements("/payments"),
        ]
    )
    buyers = {sale.customer_id for sale in merchant.ledger.sales if sale.customer_id}
    emails = {customer.email for customer in merchant.ledger.customers if customer.id in buyers}
    assert any(email in told_text for email in emails)
    assert "cardholderName" in told_text


@given(ledgers())
@settings(
    deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
def test_what_clover_can_tell_of_any_ledger_is_told_whole_and_adds_up(ledger: Ledger) -> None:
    once = told(ledger)
    assert told(once) == once
    assert expected_figures(once)
    for sale in once.sales:
        assert sale.rounding == sale.credit == 0
        assert all(0 <= line.discount <= line.gross for line in sale.lines)
        assert sale.state != SaleState.COMPLETED or sale.paid == sale.total


def test_what_clover_cannot_tell_changes_no_order_that_it_can() -> None:
    ledger = generate_ledger(5, stores=1, days=6, orders_per_day=8, items=6, customers=4)
    before = {sale.id: sale for sale in ledger.sales_at(ledger.ends_at)}
    after = {sale.id: sale for sale in SIMULATED.told(ledger).sales_at(ledger.ends_at)}
    plain = [
        name
        for name, sale in before.items()
        if sale.payments and not (sale.rounding or sale.credit or sale.service_charges)
    ]
    assert len(plain) > 20
    for name in plain:
        assert (after[name].total, after[name].tax) == (before[name].total, before[name].tax)
