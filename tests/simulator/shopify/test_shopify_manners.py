"""How the simulated Shopify answers, pages, searches, charges and refuses."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from simulator.ledger import Ledger, SaleState
from simulator.shopify import ACCESS_TOKEN
from simulator.shopify.app import CLIENT_ID, CLIENT_SECRET
from simulator.shopify.cost import Bucket, factor
from simulator.shopify.told import ONLINE, told
from tests.simulator.shopify.conftest import Shop, weighed, without

IDS = """
query Ids($first: Int, $after: String, $query: String, $sortKey: OrderSortKeys) {
  orders(first: $first, after: $after, query: $query, sortKey: $sortKey) {
    nodes { legacyResourceId processedAt updatedAt } pageInfo { hasNextPage endCursor }
  }
}
"""
RUN = """
mutation Run($query: String!) {
  bulkOperationRunQuery(query: $query) { bulkOperation { id status } userErrors { code message } }
}
"""
LOOK = "query Look($id: ID!) { bulkOperation(id: $id) { status errorCode url objectCount } }"
LEDGER = """
{ orders { edges { node { id agreements { edges { node { id happenedAt
  sales { edges { node { id lineType totalAmount { shopMoney { amount } } } } } } } } } } } }
"""


def pages(shop: Shop, first: int, **asked: Any) -> list[list[str]]:
    found, after = [], None
    while True:
        page = shop.ask(IDS, first=first, after=after, **asked)["orders"]
        found.append([node["legacyResourceId"] for node in page["nodes"]])
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def known(ledger: Ledger) -> list[str]:
    sales = {sale.id: sale.closed_at or sale.opened_at for sale in told(ledger).sales_at(ledger.ends_at)}
    return sorted(sales, key=lambda sale: (sales[sale], sale))


def test_orders_come_in_pages_in_the_order_that_is_asked_for(shop: Shop, ledger: Ledger) -> None:
    found = pages(shop, 7)
    assert [order for page in found for order in page] == known(ledger)
    assert {len(page) for page in found[:-1]} == {7}


def test_a_search_knows_signs_quotes_and_and(shop: Shop, ledger: Ledger) -> None:
    orders = {sale.id: sale.closed_at for sale in told(ledger).sales_at(ledger.ends_at)}
    cut = sorted(moment for moment in orders.values() if moment)[10].replace(microsecond=0)
    words = f"{cut:%Y-%m-%dT%H:%M:%S}Z"
    before = pages(shop, 100, query=f"processed_at:<'{words}' AND test:false")[0]
    after = pages(shop, 100, query=f"test:false processed_at:>='{words}'")[0]
    assert set(before) == {order for order, moment in orders.items() if moment and moment < cut}
    assert set(before) | set(after) == orders.keys()
    assert shop.ask(IDS, first=100, query="test:true")["orders"]["nodes"] == []


def test_a_field_that_shopify_does_not_know_filters_nothing(shop: Shop, ledger: Ledger) -> None:
    assert pages(shop, 100, query="changed_at:>='2030-01-01T00:00:00Z'")[0] == known(ledger)


def test_a_page_without_a_size_or_of_more_than_250_is_refused(shop: Shop) -> None:
    assert shop.code(IDS) == "BAD_REQUEST"
    assert shop.code(IDS, first=251) == "BAD_REQUEST"
    assert shop.code(IDS, first=5, after="no cursor") == "BAD_REQUEST"


def test_a_list_ends_where_shopify_pages_no_further(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.shopify.account.DEEPEST", 14)
    first = shop.ask(IDS, first=10)["orders"]
    assert shop.code(IDS, first=10, after=first["pageInfo"]["endCursor"]) == "BAD_REQUEST"


def test_what_a_query_may_cost_is_what_shopify_published() -> None:
    # measured by developers and explained by Shopify: 24 for 250 variants with their stock items, 12 for 150
    # customers, both without the object around them
    assert 2 + factor(250) * 2 == 24
    assert 2 + factor(150) * 1 == 12


def test_every_answer_says_what_it_cost_and_what_is_left(shop: Shop) -> None:
    cost = shop.post(IDS, first=54).json()["extensions"]["cost"]
    assert cost["requestedQueryCost"] == 2 + 7
    assert 0 < cost["actualQueryCost"] <= cost["requestedQueryCost"]
    assert cost["throttleStatus"]["restoreRate"] == 1000.0


def test_a_query_that_the_bucket_cannot_pay_is_throttled_with_http_200(shop: Shop) -> None:
    now = [0.0]
    shop.account.bucket = Bucket(10, 2, clock=lambda: now[0])
    assert shop.code(
        "query A { " + "a: shop { id } " + " ".join(f"s{n}: shop {{ id }}" for n in range(11)) + "}"
    ) == ("THROTTLED")
    shop.ask("query B { " + " ".join(f"s{n}: shop {{ id }}" for n in range(9)) + "}")
    answer = shop.post(IDS, first=20).json()
    assert answer["errors"][0]["extensions"]["code"] == "THROTTLED"
    now[0] += 3
    assert "errors" not in shop.post(IDS, first=20).json()


def test_a_query_of_more_than_a_thousand_points_is_never_run(shop: Shop) -> None:
    sales = "sales(first: 250) { nodes { id } }"
    dear = "{ orders(first: 250) { nodes { agreements(first: 250) { nodes { " + sales + " } } } } }"
    assert shop.code(dear) == "MAX_COST_EXCEEDED"


def test_a_token_that_is_wrong_is_http_401(shop: Shop) -> None:
    answer = shop.post(IDS, token="shpat_wrong", first=1)
    assert answer.status_code == 401
    assert "Invalid API key or access token" in answer.json()["errors"]


@pytest.mark.parametrize(
    ("scope", "query"),
    [
        ("read_orders", "{ orders(first: 1) { nodes { id } } }"),
        ("read_customers", "{ orders(first: 50) { nodes { customer { id } } } }"),
        ("read_products", "{ productVariants(first: 1) { nodes { id } } }"),
        ("read_inventory", "{ productVariants(first: 1) { nodes { inventoryItem { id } } } }"),
        ("read_locations", "{ locations(first: 1) { nodes { id } } }"),
        ("read_reports", '{ shopifyqlQuery(query: "FROM sales") { parseErrors } }'),
    ],
)
def test_a_missing_permission_is_an_error_with_http_200(
    scope: str, query: str, opened: Callable[..., Shop]
) -> None:
    shop = opened(scopes=without(scope))
    assert shop.code(query) == "ACCESS_DENIED"


def test_without_a_permission_of_its_own_an_app_sees_the_orders_of_sixty_days(
    opened: Callable[..., Shop], ledger: Ledger
) -> None:
    now = ledger.ends_at + timedelta(days=55)
    orders = {sale.id: sale.closed_at or sale.opened_at for sale in told(ledger).sales_at(now)}
    shop = opened(scopes=without("read_all_orders"), clock=lambda: now)
    seen = {order for order, sold in orders.items() if sold >= now - timedelta(days=60)}
    assert set(pages(shop, 100)[0]) == seen
    assert 0 < len(seen) < len(orders)


def test_credentials_of_an_app_are_exchanged_for_a_token_of_a_day(shop: Shop) -> None:
    form = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "grant_type": "client_credentials"}
    granted = shop.http.post(f"{shop.url}/admin/oauth/access_token", data=form).json()
    assert granted["expires_in"] == 86_399
    assert shop.post(IDS, token=granted["access_token"], first=1).status_code == 200
    wrong = shop.http.post(f"{shop.url}/admin/oauth/access_token", data={**form, "client_secret": "wrong"})
    assert wrong.status_code == 400


def test_a_bulk_operation_gives_every_record_a_line_that_names_its_parent(shop: Shop, ledger: Ledger) -> None:
    started = shop.ask(RUN, query=LEDGER)["bulkOperationRunQuery"]
    assert started["userErrors"] == []
    done = shop.ask(LOOK, id=started["bulkOperation"]["id"])["bulkOperation"]
    assert done["status"] == "COMPLETED"
    lines = [json.loads(line) for line in shop.http.get(done["url"]).text.splitlines()]
    assert int(done["objectCount"]) == len(lines)
    ids = {line["id"] for line in lines if "__parentId" not in line}
    assert {one.rpartition("/")[2] for one in ids} == set(known(ledger))
    agreements = {line["id"] for line in lines if "happenedAt" in line}
    assert {line["__parentId"] for line in lines if "happenedAt" in line} == ids
    assert {line["__parentId"] for line in lines if "lineType" in line} <= agreements


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("{ shop { id } }", "at least one connection"),
        ("{ orders { edges { node { name nonsense } } } }", "Cannot query field"),
        (
            "{ orders { edges { node { id lineItems { edges { node { id } } } agreements { edges { node { id"
            " sales { edges { node { id } } } } } } } } } productVariants { edges { node { id } } }"
            " locations { edges { node { id inventoryLevels { edges { node { id } } } } } } }",
            "more than 5 connections",
        ),
    ],
)
def test_a_query_that_shopify_does_not_run_in_bulk_is_refused(query: str, reason: str, shop: Shop) -> None:
    (error,) = shop.ask(RUN, query=query)["bulkOperationRunQuery"]["userErrors"]
    assert error["code"] == "INVALID"
    assert reason in error["message"]


def test_a_shop_tells_whole_units_of_one_currency_and_time_zone(ledger: Ledger) -> None:
    shop = told(weighed(ledger))
    assert {line.quantity % 1 for sale in shop.sales for line in sale.lines} == {0}
    assert {store.currency for store in shop.stores} == {ledger.stores[0].currency}
    assert {store.timezone for store in shop.stores} == {ledger.stores[0].timezone}
    assert any(store.id == ONLINE for store in shop.stores)
    assert SaleState.OPEN not in {sale.state for sale in shop.sales}


def test_what_is_told_once_is_not_changed_by_telling_it_again(ledger: Ledger) -> None:
    once = told(ledger)
    assert told(once) == once


def test_an_orders_ledger_adds_up_to_its_total(shop: Shop, ledger: Ledger) -> None:
    record = {sale.id: sale for sale in told(ledger).sales_at(ledger.ends_at)}
    for order in shop.account.orders_found(None):
        cents = round(100 * float(order["totalPriceSet"]["shopMoney"]["amount"]))
        ledger_total = sum(
            round(100 * float(sale["totalAmount"]["shopMoney"]["amount"]))
            for agreement in order["agreements"]
            if agreement["reason"] in ("ORDER", "ORDER_EDIT")
            for sale in agreement["sales"]
        )
        assert cents == ledger_total
        assert cents == record[order["legacyResourceId"]].total - record[order["legacyResourceId"]].rounding
    assert ACCESS_TOKEN not in str(record)
