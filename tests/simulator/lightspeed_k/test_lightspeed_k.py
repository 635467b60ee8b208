"""What K does besides telling accounts: pages, spans, includes, refusals, tokens."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import requests
from starlette.applications import Starlette

from simulator.generate import generate_ledger
from simulator.ledger import Ledger
from simulator.lightspeed_k.app import SECRETS, create_app
from simulator.lightspeed_k.told import told
from simulator.server import serve

CLIENT = ("simulated-client", SECRETS["LIGHTSPEED_K_CLIENT_SECRET"])


@dataclass
class Restaurant:
    """Asks the simulated account."""

    ledger: Ledger
    app: Starlette
    url: str
    token: str

    def get(self, path: str, **query: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return requests.get(f"{self.url}{path}", query, headers=headers, timeout=30)

    def sales(self, store: str, **query: Any) -> Any:
        span = {"from": self.ledger.stores[0].created_at.isoformat(), "include": "payments"}
        return self.get(f"/f/v2/business-location/{store}/sales", **{**span, **query})

    def every(self, **query: Any) -> list[dict[str, Any]]:
        """All accounts of all locations."""
        found = []
        for store in self.ledger.stores:
            token = ""
            while True:
                answer = self.sales(store.id, nextPageToken=token, **query).json()
                found += answer["sales"]
                token = answer.get("nextPageToken", "")
                if not token:
                    break
        return found


def refresh(url: str, token: str) -> requests.Response:
    asked = {"grant_type": "refresh_token", "refresh_token": token}
    return requests.post(f"{url}/oauth/token", asked, auth=CLIENT, timeout=30)


@pytest.fixture(scope="module")
def restaurant() -> Iterator[Restaurant]:
    ledger = generate_ledger(11, stores=2, days=20, orders_per_day=12, items=8, customers=6)
    app = create_app(ledger)
    with serve(app) as url:
        granted = refresh(url, SECRETS["LIGHTSPEED_K_REFRESH_TOKEN"]).json()
        yield Restaurant(told(ledger), app, url, granted["access_token"])


def test_every_account_that_is_closed_is_told_over_pages_in_the_order_of_closing(
    restaurant: Restaurant,
) -> None:
    ends_at = restaurant.ledger.ends_at
    expected = {sale.id for sale in restaurant.ledger.sales_at(ends_at)}
    expected |= {given.id for given in restaurant.ledger.returns_at(ends_at)}
    found = restaurant.every(pageSize=10)
    assert {sale["accountFiscId"] for sale in found} == expected
    page = [sale["timeClosed"] for sale in restaurant.sales(restaurant.ledger.stores[0].id).json()["sales"]]
    assert len(page) == 50
    assert page == sorted(page)


def test_what_is_paid_is_what_the_lines_cost(restaurant: Restaurant) -> None:
    for sale in restaurant.every(pageSize=100):
        if sale["cancelled"]:
            continue
        lines = sum(Decimal(line["totalNetAmountWithTax"]) for line in sale["salesLines"])
        paid = sum(
            Decimal(payment["netAmountWithTax"]) - Decimal(payment["roundingAmount"])
            for payment in sale["payments"]
        )
        if sale["type"] == "SALE":
            assert paid == lines


def test_only_what_is_included_is_told(restaurant: Restaurant) -> None:
    store = restaurant.ledger.stores[0].id
    plain = restaurant.sales(store, include="").json()["sales"]
    everything = restaurant.sales(store, include="payments,consumer,revenue_center").json()["sales"]
    assert not any("payments" in sale for sale in plain)
    assert any("consumer" in payment for sale in everything for payment in sale["payments"])
    lines = [line for sale in plain for line in sale["salesLines"]]
    assert not any("revenueCenter" in line for line in lines)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"from": None}, "'from'"),
        ({"from": "12/12/2023"}, "Invalid date format"),
        ({"from": "2020-01-01T00:00:00Z", "to": "2020-02-01T00:00:00Z"}, "after: "),
        ({"from": "2020-01-01T00:00:00Z"}, "365 days"),
        ({"pageSize": 101}, "pageSize"),
        ({"nextPageToken": "of-another-query"}, "nextPageToken"),
    ],
)
def test_what_k_cannot_answer_is_refused_with_the_reason(
    restaurant: Restaurant, query: dict[str, Any], reason: str
) -> None:
    answer = restaurant.sales(restaurant.ledger.stores[0].id, **query)
    assert answer.status_code == 400
    assert reason in answer.json()["error"]


def test_a_location_of_somebody_else_is_not_opened(restaurant: Restaurant) -> None:
    assert restaurant.sales("404").status_code == 403


def test_a_time_in_the_future_is_now(restaurant: Restaurant) -> None:
    store = restaurant.ledger.stores[0].id
    later = (restaurant.ledger.ends_at + timedelta(days=2)).isoformat()
    assert restaurant.sales(store, to=later).json()["sales"] == restaurant.sales(store).json()["sales"]


def test_a_refresh_token_is_good_for_one_grant(restaurant: Restaurant) -> None:
    (token,) = restaurant.app.state.account.refresh_tokens
    granted = refresh(restaurant.url, token).json()
    assert refresh(restaurant.url, token).json() == {"error": "invalid_grant"}
    assert refresh(restaurant.url, granted["refresh_token"]).status_code == 200
