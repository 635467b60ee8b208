"""What a shop is asked, as tables of settings: page by page, and as bulk operations."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from connectors.core.asking import Ask
from connectors.core.connector import Endpoint, FollowUp, Request, Window, cut_off, no_asks, observation
from connectors.core.errors import MissingScope
from connectors.core.paging import ONE_PAGE, Token
from connectors.core.tables import Table
from connectors.shopify import queries, schema
from connectors.shopify.account import GRAPHQL, ShopifyAccount, search
from connectors.shopify.paging import SalesToken

RECONCILED = timedelta(days=55)
"""Orders of this span are listed in every run. After 60 days an app without read_all_orders sees an order no
longer: with less, none seems deleted for its age."""
SEARCH_LAG = timedelta(hours=1)
"""Shopify's search may be a little behind: an order this young is not missed when it is not listed."""
TOTALLED = timedelta(days=60)

Asks = Iterator[Ask]


def question(text: str, **variables: Any) -> Ask:
    """A query with its variables."""
    return Ask(body={"query": text, "variables": variables})


def pages(path: str) -> Token:
    """The next page of a connection."""
    return Token(
        field=f"{path}/pageInfo/endCursor",
        parameter="variables/after",
        into="body",
        more=f"{path}/pageInfo/hasNextPage",
    )


def one(query: str) -> Callable[[ShopifyAccount, Request], Asks]:
    """One question without conditions."""

    def asks(account: ShopifyAccount, request: Request) -> Asks:
        yield question(query)

    return asks


def time_field(request: Request) -> str:
    """What a window counts in. An order's processing time never changes: it is when it was sold."""
    return "processed_at" if request.by_sale_date else "updated_at"


def orders(account: ShopifyAccount, request: Request) -> Asks:
    """Orders of the window, oldest first."""
    field = time_field(request)
    query = queries.orders(with_customers=account.with_customers)
    for words in account.searches(field, request.window):
        yield question(query, query=words, sortKey=field.upper(), first=queries.ORDERS_PER_PAGE)


def exported_orders(account: ShopifyAccount, request: Request) -> Asks:
    """The same as a bulk operation."""
    words = search(time_field(request), request.window)
    yield Ask(body=queries.exported_orders(words, with_customers=account.with_customers))


@dataclass(frozen=True)
class Listing:
    """A listing of ids, against which what was loaded is held.

    Attributes:
        window: Sales of which span are listed.
        name: Two listings of one name: the later takes the earlier one's place.
    """

    window: Callable[[Request], Window]
    name: Callable[[Request], str]

    def search(self, request: Request) -> str:
        """The search for all of them."""
        return search("processed_at", self.window(request))

    def constants(self, account: ShopifyAccount, request: Request) -> Mapping[str, Any]:
        """What is said of it."""
        window = self.window(request)
        return {"listing": self.name(request), "listed_from": window.start, "listed_until": window.end}

    def asks(self, account: ShopifyAccount, request: Request) -> Asks:
        """The ids, page by page."""
        for words in account.searches("processed_at", self.window(request)):
            yield question(queries.ORDER_IDS, query=words, first=queries.IDS_PER_PAGE)

    def export(self, account: ShopifyAccount, request: Request) -> Asks:
        """The ids, by a bulk operation."""
        yield Ask(body=queries.EXPORTED_ORDER_IDS % {"query": self.search(request)})


LAST_WEEKS = Listing(
    window=lambda request: Window(request.loaded_at - RECONCILED, request.loaded_at - SEARCH_LAG),
    name=lambda request: "last weeks",
)
SPAN = Listing(
    window=lambda request: request.window,
    name=lambda request: f"{request.window.start.isoformat()} {request.window.end.isoformat()}",
)


def inventory_levels(account: ShopifyAccount, request: Request) -> Asks:
    """The stock of each location."""
    for location in account.location_ids:
        yield question(queries.LEVELS_OF_LOCATION, id=location)


def exported(query: str) -> Callable[[ShopifyAccount, Request], Asks]:
    """A bulk operation without conditions."""

    def asks(account: ShopifyAccount, request: Request) -> Asks:
        yield Ask(body=query)

    return asks


def daily_totals(account: ShopifyAccount, request: Request) -> Asks:
    """Shopify's own report of the last weeks."""
    first, last = request.loaded_at - TOTALLED, request.loaded_at
    yield question(queries.TOTALS, query=queries.DAILY_TOTALS.format(first=first.date(), last=last.date()))


def understood(answer: bytes) -> bytes:
    """The answer to a ShopifyQL query, as it is.

    Raises:
        MissingScope: Shopify did not understand it; the report is then left out, and nothing else.
    """
    report = json.loads(answer)["data"]["shopifyqlQuery"] or {}
    if report.get("parseErrors"):
        raise MissingScope(
            "Shopify did not understand the ShopifyQL of its daily sales report, so its figures cannot be "
            "compared with ours; all sales are loaded all the same."
        )
    return answer


def rest_of_agreements(rows: Mapping[str, pa.Table]) -> Asks:
    """For each order whose ledger was cut off: the rest."""
    for cut in _cut(rows[schema.CUT_ORDERS.name]):
        yield question(queries.AGREEMENTS_OF_ORDER, id=cut["id"], after=cut["after"])


def rest_of_sales(rows: Mapping[str, pa.Table]) -> Asks:
    """For each agreement whose sales were cut off: the rest."""
    for cut in _cut(rows["cut_agreements"]):
        number = cut["id"].rpartition("/")[2]
        yield question(
            queries.SALES_OF_AGREEMENT, id=cut["order_id"], agreement=f"id:{number}", after=cut["after"]
        )


def _cut(rows: pa.Table) -> list[dict[str, Any]]:
    cut: list[dict[str, Any]] = rows.filter(pc.fill_null(rows["has_more"], False)).to_pylist()
    return cut


REST_OF_SALES = FollowUp(
    endpoint=Endpoint(
        name="sales",
        method="POST",
        path=GRAPHQL,
        tables=(schema.sales_agreements(schema.ONE_ORDER), schema.sales(schema.ONE_ORDER)),
        scope="read_orders",
        asks=no_asks,
        read_by="whole",
        pages=SalesToken(),
    ),
    asks=rest_of_sales,
)

REST_OF_AGREEMENTS = FollowUp(
    endpoint=Endpoint(
        name="sales_agreements",
        method="POST",
        path=GRAPHQL,
        tables=(
            schema.sales_agreements(schema.ONE_ORDER),
            schema.sales(schema.ONE_ORDER),
            schema.cut_agreements(schema.ONE_ORDER),
        ),
        scope="read_orders",
        asks=no_asks,
        read_by="whole",
        pages=pages("data/order/agreements"),
        follow_ups=(REST_OF_SALES,),
    ),
    asks=rest_of_agreements,
)

ORDERS = Endpoint(
    name="orders",
    method="POST",
    path=GRAPHQL,
    tables=(*schema.order_tables(schema.PAGES), schema.CUT_ORDERS, schema.cut_agreements(schema.PAGES)),
    scope="read_orders",
    asks=orders,
    read_by="windows",
    pages=pages("data/orders"),
    follow_ups=(REST_OF_AGREEMENTS, REST_OF_SALES),
)

ORDER_IDS = Endpoint(
    name="order_ids",
    method="POST",
    path=GRAPHQL,
    tables=(schema.ORDER_IDS, schema.ORDER_LISTINGS),
    scope="read_orders",
    asks=LAST_WEEKS.asks,
    read_by="whole",
    pages=pages("data/orders"),
    constants=LAST_WEEKS.constants,
)

SPAN_IDS = replace(
    ORDER_IDS,
    name="order_ids_of_span",
    read_by="spans",
    asks=SPAN.asks,
    constants=SPAN.constants,
)

ENDPOINTS = (
    Endpoint(
        name="shop",
        method="POST",
        path=GRAPHQL,
        tables=(schema.SHOP,),
        scope="read_orders",
        asks=one(queries.SHOP),
        read_by="whole",
        constants=cut_off,
    ),
    Endpoint(
        name="locations",
        method="POST",
        path=GRAPHQL,
        tables=(schema.LOCATIONS,),
        scope="read_locations",
        asks=one(queries.LOCATIONS),
        read_by="whole",
        pages=pages("data/locations"),
    ),
    ORDERS,
    ORDER_IDS,
    SPAN_IDS,
    Endpoint(
        name="product_variants",
        method="POST",
        path=GRAPHQL,
        tables=(schema.PRODUCT_VARIANTS,),
        scope="read_products and read_inventory",
        asks=one(queries.VARIANTS),
        read_by="whole",
        pages=pages("data/productVariants"),
    ),
    Endpoint(
        name="inventory_levels",
        method="POST",
        path=GRAPHQL,
        tables=schema.INVENTORY_LEVEL_TABLES,
        scope="read_inventory and read_locations",
        asks=inventory_levels,
        read_by="whole",
        pages=pages("data/location/inventoryLevels"),
        constants=observation,
    ),
    Endpoint(
        name="daily_totals",
        method="POST",
        path=GRAPHQL,
        tables=(schema.DAILY_TOTALS,),
        scope="read_reports",
        asks=daily_totals,
        read_by="whole",
        constants=observation,
        prepare=understood,
        optional=True,
    ),
)


def in_bulk(
    name: str, tables: tuple[Table, ...], asks: Callable[[ShopifyAccount, Request], Asks]
) -> tuple[str, Endpoint]:
    """An endpoint as it is read by a bulk operation, by its name."""
    paged = next(endpoint for endpoint in ENDPOINTS if endpoint.name == name)
    return name, replace(paged, tables=tables, asks=asks, pages=ONE_PAGE, follow_ups=())


EXPORTED_IDS = (schema.EXPORTED_ORDER_IDS, schema.ORDER_LISTINGS)
EXPORTS = dict(
    (
        in_bulk("orders", schema.order_tables(schema.EXPORT), exported_orders),
        in_bulk("order_ids", EXPORTED_IDS, LAST_WEEKS.export),
        in_bulk("order_ids_of_span", EXPORTED_IDS, SPAN.export),
        in_bulk("product_variants", (schema.EXPORTED_VARIANTS,), exported(queries.EXPORTED_VARIANTS)),
        in_bulk("inventory_levels", schema.EXPORTED_LEVELS, exported(queries.EXPORTED_LEVELS)),
    )
)
