"""The simulated custom API: it honours its own parameters, refuses wrong ones, and ignores the others."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from simulator.generate import generate_ledger
from simulator.generic import create_app
from simulator.generic.shape import API_KEY
from simulator.ledger import Ledger
from simulator.server import serve


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return generate_ledger(49, stores=2, days=9, orders_per_day=3, items=8, customers=6)


@pytest.fixture(scope="module")
def url(ledger: Ledger) -> Iterator[str]:
    with serve(create_app(ledger, scopes=("orders", "returns"))) as url:
        yield url


def get(url: str, path: str, token: str | None = API_KEY, **parameters: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return requests.get(url + path, headers=headers, params=parameters, timeout=30)


def test_every_page_together_holds_every_sale_in_the_order_of_change(url: str, ledger: Ledger) -> None:
    told: list[dict[str, Any]] = []
    cursor = None
    while True:
        answer = get(url, "/v1/orders", limit=20, **({"cursor": cursor} if cursor else {})).json()
        told += answer["data"]
        cursor = answer.get("next")
        if cursor is None:
            break
    assert {order["ref"] for order in told} == {sale.id for sale in ledger.sales_at(ledger.ends_at)}
    assert [order["changed"] for order in told] == sorted(order["changed"] for order in told)


def test_a_span_of_changes_holds_its_start_and_not_its_end(url: str) -> None:
    changes = [order["changed"] for order in get(url, "/v1/orders", limit=500).json()["data"]]
    span = get(url, "/v1/orders", changed_since=changes[5], changed_before=changes[9]).json()["data"]
    assert [order["changed"] for order in span] == changes[5:9]


def test_a_parameter_that_it_does_not_have_is_ignored(url: str) -> None:
    assert get(url, "/v1/orders", updated_since="2999-01-01", page=7).json()["data"] != []


@pytest.mark.parametrize(
    "wrong", [{"limit": "many"}, {"changed_since": "soon"}, {"cursor": "not-one-of-ours"}], ids=str
)
def test_a_parameter_with_a_wrong_value_is_refused(url: str, wrong: dict[str, str]) -> None:
    response = get(url, "/v1/orders", **wrong)
    assert (response.status_code, response.json()) == (400, {"error": "INVALID_PARAMETER"})


def test_a_cursor_is_good_for_its_own_query_only(url: str) -> None:
    cursor = get(url, "/v1/orders", limit=5).json()["next"]
    assert get(url, "/v1/orders", limit=5, cursor=cursor).status_code == 200
    assert get(url, "/v1/orders", limit=6, cursor=cursor).status_code == 400
    assert get(url, "/v1/returns", limit=5, cursor=cursor).status_code == 400


def test_its_refusals(url: str) -> None:
    assert get(url, "/v1/orders", token=None).json() == {"error": "TOKEN_MISSING"}
    assert get(url, "/v1/orders", token="another").status_code == 401
    assert get(url, "/v1/stock").json() == {"error": "MISSING_PERMISSION", "permission": "stock"}
    assert get(url, "/v1/customers").status_code == 404
