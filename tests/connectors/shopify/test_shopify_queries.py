"""The connector's queries against Shopify's own schema: valid, answered, and cheap enough."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from graphql import GraphQLSchema, parse, validate

from connectors.shopify import queries
from simulator.generate import generate_ledger
from simulator.shopify import create_app
from simulator.shopify.account import ShopifyAccount
from simulator.shopify.cost import MOST, Costing
from simulator.shopify.served import executed, with_resolvers
from tests.simulator.shopify.conftest import official

__all__ = ["official"]

ORDER, LOCATION = "gid://shopify/Order/5001", "gid://shopify/Location/61"
SEARCH = "processed_at:>='2026-11-01T00:00:00Z' AND processed_at:<'2027-01-01T00:00:00Z'"
EVERY_LINE = "{ productVariants { edges { node { id } } } }"
ASKED: Mapping[str, tuple[str, dict[str, Any]]] = {
    "orders": (
        queries.orders(with_customers=True),
        {"query": SEARCH, "sortKey": "PROCESSED_AT", "first": queries.ORDERS_PER_PAGE},
    ),
    "orders without customers": (
        queries.orders(with_customers=False),
        {"query": SEARCH, "sortKey": "UPDATED_AT", "first": queries.ORDERS_PER_PAGE},
    ),
    "agreements of an order": (queries.AGREEMENTS_OF_ORDER, {"id": ORDER}),
    "sales of an agreement": (queries.SALES_OF_AGREEMENT, {"id": ORDER, "agreement": "id:5001000"}),
    "order ids": (queries.ORDER_IDS, {"query": SEARCH, "first": queries.IDS_PER_PAGE}),
    "orders count": (queries.ORDERS_COUNT, {"query": SEARCH, "limit": 20_001}),
    "variants count": (queries.VARIANTS_COUNT, {"limit": 20_001}),
    "variants": (queries.VARIANTS, {}),
    "locations": (queries.LOCATIONS, {}),
    "location ids": (queries.LOCATION_IDS, {}),
    "levels of a location": (queries.LEVELS_OF_LOCATION, {"id": LOCATION}),
    "shop": (queries.SHOP, {}),
    "scopes": (queries.SCOPES, {}),
    "totals": (
        queries.TOTALS,
        {"query": queries.DAILY_TOTALS.format(first="2026-11-01", last="2026-11-22")},
    ),
    "start of an export": (queries.START_EXPORT, {"query": EVERY_LINE}),
    "state of an export": (queries.STATE_OF_EXPORT, {"id": "gid://shopify/BulkOperation/1"}),
}
EXPORTED = {
    "orders": queries.exported_orders(SEARCH, with_customers=True),
    "orders without customers": queries.exported_orders(SEARCH, with_customers=False),
    "order ids": queries.EXPORTED_ORDER_IDS % {"query": SEARCH},
    "variants": queries.EXPORTED_VARIANTS,
    "levels": queries.EXPORTED_LEVELS,
}


@pytest.fixture(scope="module")
def shop() -> Iterator[ShopifyAccount]:
    yield create_app(generate_ledger(5, stores=2, days=9, orders_per_day=3, items=8)).state.account


@pytest.mark.parametrize("name", ASKED)
def test_every_query_is_valid_and_answered_in_shopifys_own_schema(
    name: str, official: GraphQLSchema, shop: ShopifyAccount
) -> None:
    text, variables = ASKED[name]
    document = parse(text)
    assert validate(official, document) == []
    told = executed(with_resolvers(official), document, (shop, "http://localhost"), variables)
    assert "errors" not in told
    assert told["data"]


@pytest.mark.parametrize("name", ASKED)
def test_every_query_costs_less_than_shopify_allows(name: str, official: GraphQLSchema) -> None:
    text, variables = ASKED[name]
    assert Costing(official, variables).requested(parse(text)) < MOST


@pytest.mark.parametrize("name", EXPORTED)
def test_every_bulk_query_is_valid_in_shopifys_own_schema(name: str, official: GraphQLSchema) -> None:
    assert validate(official, parse(EXPORTED[name])) == []
