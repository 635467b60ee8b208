"""The simulated API behaves as R documents it: forms, filters, pages, costs, limits, tokens, errors."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from starlette.applications import Starlette

from simulator.core.answers import Refusal
from simulator.generate import generate_ledger
from simulator.ledger import Ledger
from simulator.lightspeed_r import ALL_SCOPES, SIMULATED, create_app
from simulator.lightspeed_r.bucket import Bucket
from simulator.server import serve

BASE = "/API/V3/Account/120645"
LOGIN = {
    "client_id": "simulated-client-id",
    "client_secret": "simulated-client-secret",
    "grant_type": "refresh_token",
    "refresh_token": "simulated-refresh-token",
}


class Client:
    """Asks a simulated R over loopback."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = requests.Session()

    def get(self, path: str, **options: Any) -> requests.Response:
        url = path if path.startswith("http") else self.url + path
        return self.http.get(url, timeout=30, **options)

    def post(self, path: str, **options: Any) -> requests.Response:
        return self.http.post(self.url + path, timeout=30, **options)

    def sign_in(self) -> "Client":
        granted = self.post("/auth/oauth/token", json=LOGIN).json()
        self.http.headers["Authorization"] = f"Bearer {granted['access_token']}"
        return self


@contextmanager
def asking(app: Starlette) -> Iterator[Client]:
    with serve(app) as url:
        yield Client(url)


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    made = generate_ledger(5, stores=2, days=40, orders_per_day=5, items=10, customers=6)
    return SIMULATED.told(made)


@pytest.fixture(scope="module")
def client(ledger: Ledger) -> Iterator[Client]:
    with asking(create_app(ledger)) as client:
        yield client.sign_in()


def told(client: Client, resource: str, **parameters: str) -> Mapping[str, Any]:
    answer = client.get(f"{BASE}/{resource}.json", params=parameters)
    assert answer.status_code == 200, answer.text
    content: Mapping[str, Any] = answer.json()
    return content


def scalars(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from scalars(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from scalars(inner)
    else:
        yield value


def test_every_scalar_is_a_text(client: Client) -> None:
    for resource in ("Sale", "Item", "ItemShop", "Order", "InventoryLog", "Shop", "Vendor", "Shipment"):
        content = told(client, resource, limit="5")
        assert {type(value) for value in scalars(content)} == {str}


def test_one_record_is_an_object_and_none_is_not_named(client: Client, ledger: Ledger) -> None:
    one = told(client, "Sale", saleID=ledger.sales[0].id)
    assert one["Sale"]["saleID"] == ledger.sales[0].id
    none = told(client, "Sale", saleID="999999")
    assert none == {"@attributes": {"next": "", "previous": ""}}


def test_a_total_is_subtotal_less_discount_and_tax_unless_the_price_holds_it(client: Client) -> None:
    for sale in told(client, "Sale", archived="true")["Sale"]:
        amount = {name: round(float(sale[name]) * 100) for name in sale if name.startswith("calc")}
        subtotal = amount["calcSubtotal"] - amount["calcDiscount"]
        taxes = amount["calcTax1"] + amount["calcTax2"]
        inside = sale["isTaxInclusive"] == "true"
        assert amount["calcTotal"] == subtotal + (0 if inside else taxes)


def test_a_page_holds_a_hundred_at_most_whatever_is_asked_for(client: Client) -> None:
    assert len(told(client, "Sale", limit="500")["Sale"]) == 100
    assert len(told(client, "Sale", limit="3")["Sale"]) == 3


def test_the_offset_of_version_two_does_nothing(client: Client) -> None:
    first, second = told(client, "Sale"), told(client, "Sale", offset="100")
    assert second["Sale"] == first["Sale"]


def test_the_next_page_is_a_whole_url_with_everything_that_was_asked(client: Client) -> None:
    seen: list[str] = []
    content = told(client, "Sale", limit="60", archived="true", sort="-saleID")
    while True:
        seen += [sale["saleID"] for sale in content["Sale"]]
        following = content["@attributes"]["next"]
        if not following:
            break
        assert following.startswith(f"{client.url}/API/V3/Account/120645/Sale.json?")
        assert "sort=-saleID" in following and "limit=60" in following and "archived=true" in following
        content = client.get(following).json()
    assert seen == sorted(seen, key=int, reverse=True)
    assert len(seen) == len(set(seen)) > 120


def test_a_cursor_is_good_for_its_own_question_only(client: Client) -> None:
    following = told(client, "Sale", limit="5")["@attributes"]["next"]
    assert client.get(following.replace("limit=5", "limit=6")).status_code == 400


def test_only_some_fields_can_be_sorted_by_and_the_error_names_them(client: Client) -> None:
    answer = client.get(f"{BASE}/InventoryLog.json", params={"sort": "createTime"})
    assert answer.status_code == 400
    assert "inventoryLogID, itemID" in answer.json()["message"]


def test_archived_rows_are_hidden_unless_they_are_asked_for(client: Client, ledger: Ledger) -> None:
    deleted = [item.id for item in ledger.items if item.is_deleted]
    shown = {item["itemID"] for item in told(client, "Item")["Item"]}
    everything = {item["itemID"] for item in told(client, "Item", archived="true")["Item"]}
    only = told(client, "Item", archived="only")["Item"]
    assert everything - shown == set(deleted)
    assert [only["itemID"]] == deleted


@pytest.mark.parametrize(
    ("operator", "holds"),
    [
        (">,20", lambda sale: sale > 20),
        (">=,20", lambda sale: sale >= 20),
        ("<,20", lambda sale: sale < 20),
        ("<=,20", lambda sale: sale <= 20),
        ("><,20,30", lambda sale: 20 <= sale <= 30),
        ("!=,20", lambda sale: sale != 20),
        ("IN,[20,21]", lambda sale: sale in (20, 21)),
        ("20", lambda sale: sale == 20),
    ],
)
def test_a_filter_is_an_operator_and_its_values(client: Client, operator: str, holds: Any) -> None:
    found = told(client, "Sale", saleID=operator, archived="true")["Sale"]
    numbers = [int(sale["saleID"]) for sale in (found if isinstance(found, list) else [found])]
    every = [int(sale["saleID"]) for sale in told(client, "Sale", archived="true")["Sale"]]
    assert numbers[:5] == [number for number in every if holds(number)][:5]
    assert all(holds(number) for number in numbers)


def test_a_relation_is_told_only_when_it_is_loaded(client: Client) -> None:
    assert "SaleLines" not in told(client, "Sale", limit="1")["Sale"]
    loaded = told(client, "Sale", limit="20", load_relations='["SaleLines","Customer"]')["Sale"]
    assert all("SaleLines" in sale and "SalePayments" not in sale for sale in loaded)
    assert any("Customer" in sale for sale in loaded)
    assert client.get(f"{BASE}/Sale.json", params={"load_relations": '["Nothing"]'}).status_code == 400


@pytest.mark.parametrize(
    ("parameters", "cost"),
    [
        ({}, "1"),
        ({"load_relations": '["SaleLines","SalePayments"]'}, "1.8"),
        ({"load_relations": '["SaleLines","SalePayments","SalePayments.SaleAccounts"]'}, "2.2"),
        ({"count": "1"}, "10"),
    ],
)
def test_each_answer_tells_its_cost_and_the_bucket(
    client: Client, parameters: dict[str, str], cost: str
) -> None:
    headers = client.get(f"{BASE}/Sale.json", params=parameters).headers
    assert headers["X-LS-API-Request-Cost"] == cost
    level, _, capacity = headers["X-LS-API-Bucket-Level"].partition("/")
    assert 0 < float(level) < float(capacity)
    assert float(headers["X-LS-API-Drip-Rate"]) > 0


def test_a_count_comes_alone_and_cannot_be_paged(client: Client) -> None:
    content = told(client, "Shop", count="1")
    assert content == {"@attributes": {"count": "2"}}
    assert client.get(f"{BASE}/Shop.json", params={"count": "1", "limit": "5"}).status_code == 400


def test_a_bucket_lets_one_overflow_and_then_names_the_wait() -> None:
    now = [0.0]
    bucket = Bucket(1, clock=lambda: now[0])
    for second in range(9):
        now[0] = float(second)
        bucket.take(12)
    assert bucket.headers(1)["X-LS-API-Bucket-Level"] == "100/90"
    with pytest.raises(Refusal) as refused:
        bucket.take(1)
    assert refused.value.answer.headers["Retry-After"] == "10"
    assert refused.value.answer.headers["X-LS-API-RateLimit-Type"] == "api-leaky-bucket"
    now[0] += 11
    bucket.take(1)


def test_a_burst_is_limited_by_the_second() -> None:
    bucket = Bucket(1, clock=lambda: 0.5)
    for _ in range(20):
        bucket.take(0.1)
    with pytest.raises(Refusal) as refused:
        bucket.take(0.1)
    assert refused.value.answer.headers["X-LS-API-RateLimit-Type"] == "api-burst-limiter"


def test_a_refresh_token_dies_when_the_new_access_token_is_first_used(ledger: Ledger) -> None:
    with asking(create_app(ledger)) as client:
        first = client.post("/auth/oauth/token", json=LOGIN).json()
        second = client.post("/auth/oauth/token", json=LOGIN).json()
        assert second["refresh_token"] != first["refresh_token"]
        assert (second["token_type"], second["expires_in"]) == ("Bearer", 1800)
        accounts = "/API/V3/Account.json"
        old = client.get(accounts, headers={"Authorization": f"Bearer {first['access_token']}"})
        assert (old.status_code, old.json()["error"]) == (401, "access_denied")
        new = client.get(accounts, headers={"Authorization": f"Bearer {second['access_token']}"})
        assert new.json()["Account"]["accountID"] == "120645"
        spent = client.post("/auth/oauth/token", json=LOGIN)
        assert (spent.status_code, spent.json()["error"]) == (400, "invalid_grant")


def test_a_wrong_application_is_refused(ledger: Ledger) -> None:
    with asking(create_app(ledger)) as client:
        wrong = client.post("/auth/oauth/token", data={**LOGIN, "client_secret": "wrong"})
        assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
        assert client.post("/auth/oauth/token", json={}).status_code == 400


def test_a_missing_scope_and_another_account_are_forbidden(ledger: Ledger) -> None:
    scopes = [scope for scope in ALL_SCOPES if scope != "employee:purchase_orders"]
    with asking(create_app(ledger, scopes=scopes)) as client:
        client.sign_in()
        assert client.get(f"{BASE}/Order.json").status_code == 403
        assert client.get("/API/V3/Account/7/Sale.json").status_code == 403
        assert client.get(f"{BASE}/Nothing.json").status_code == 404


def test_a_gift_card_is_outside_the_total_of_its_sale(client: Client) -> None:
    relations = '["SaleLines","SalePayments","SalePayments.SaleAccounts"]'
    content = told(client, "Sale", load_relations=relations, archived="true")
    sold = 0
    while True:
        for sale in content["Sale"]:
            payments = sale.get("SalePayments", {}).get("SalePayment", [])
            for payment in payments if isinstance(payments, list) else [payments]:
                if "SaleAccounts" in payment and payment["archived"] == "false":
                    sold += 1
                    assert float(payment["amount"]) < 0
                    assert payment["SaleAccounts"]["SaleAccount"]["saleLineID"] != "0"
                    assert float(sale["displayableTotal"]) - float(sale["total"]) == pytest.approx(
                        -float(payment["amount"])
                    )
        if not content["@attributes"]["next"]:
            break
        content = client.get(content["@attributes"]["next"]).json()
    assert sold
