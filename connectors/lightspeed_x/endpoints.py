"""X's endpoints as a table of settings, and what each is asked for."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from connectors.core.asking import Ask
from connectors.core.connector import Endpoint, FollowUp, Request, cut_off, no_asks, observation, one_ask
from connectors.core.paging import Offset, Version
from connectors.lightspeed_x import schema
from connectors.lightspeed_x.account import LightspeedXAccount

API = "/api/2.0"
SALES_PER_PAGE = 1000
PRODUCTS_PER_PAGE = 1000
INVENTORY_PER_PAGE = 5000
CONSIGNMENTS_PER_PAGE = 100
SALES_PER_SEARCH = 1000
"""X gives no more, whatever is asked."""
WALK_IN_CODE = "WALKIN"
EVERYTHING = 0
"""The version before the first."""


def sales(account: LightspeedXAccount, request: Request) -> Iterator[Ask]:
    """Sales that changed; deleted ones are in the feed without being asked for."""
    yield _since(request, "sales", page_size=SALES_PER_PAGE)


def products(account: LightspeedXAccount, request: Request) -> Iterator[Ask]:
    """Products that changed, deleted ones included: old sales name them."""
    yield _since(request, "products", page_size=PRODUCTS_PER_PAGE, deleted="true")


def suppliers(account: LightspeedXAccount, request: Request) -> Iterator[Ask]:
    """Suppliers that changed."""
    yield _since(request, "suppliers", page_size=PRODUCTS_PER_PAGE)


def consignments(account: LightspeedXAccount, request: Request) -> Iterator[Ask]:
    """Stock orders that changed; no transfers, counts and returns to suppliers."""
    yield _since(request, "consignments", page_size=CONSIGNMENTS_PER_PAGE, type="SUPPLIER")


def outlets(account: LightspeedXAccount, request: Request) -> Iterator[Ask]:
    """All outlets, closed ones too: old sales name them."""
    yield Ask(query={"page_size": PRODUCTS_PER_PAGE, "deleted": "true", "after": EVERYTHING})


def inventory(account: LightspeedXAccount, request: Request) -> Iterator[Ask]:
    """All stock, so that each run is a whole observation."""
    yield Ask(query={"page_size": INVENTORY_PER_PAGE, "after": EVERYTHING})


def _since(request: Request, resource: str, **query: Any) -> Ask:
    return Ask(query={**query, "after": request.place(resource) or EVERYTHING})


def sales_of_span(account: LightspeedXAccount, request: Request) -> Iterator[Ask]:
    """Sales by their date, which the feed cannot be asked for. Whole seconds, both ends included."""
    yield Ask(
        query={
            "type": "sales",
            "date_from": second(request.window.start),
            "date_to": second(request.window.end),
            "deleted": "true",
            "page_size": SALES_PER_SEARCH,
        }
    )


def second(time: datetime) -> str:
    """A time as the search wants it."""
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def walk_in_customer(account: LightspeedXAccount, request: Request) -> Iterator[Ask]:
    """The one customer that is nobody."""
    yield Ask(query={"type": "customers", "customer_code": WALK_IN_CODE, "page_size": 1})


def products_of(rows: Mapping[str, pa.Table]) -> Iterable[Ask]:
    """The products of each stock order that is new or changed."""
    for order_id in rows[schema.CONSIGNMENTS.name]["id"].to_pylist():
        yield Ask(
            query={"page_size": PRODUCTS_PER_PAGE, "after": EVERYTHING},
            place={"consignment_id": order_id},
            constants={"consignment_id": order_id},
        )


CONSIGNMENT_PRODUCTS = Endpoint(
    name="consignment_products",
    method="GET",
    path=f"{API}/consignments/{{consignment_id}}/products",
    tables=(schema.CONSIGNMENT_PRODUCTS,),
    scope="consignments:read",
    asks=no_asks,
    read_by="whole",
    pages=Version(),
)

ENDPOINTS = (
    Endpoint(
        name="outlets",
        method="GET",
        path=f"{API}/outlets",
        tables=(schema.OUTLETS,),
        scope="outlets:read",
        asks=outlets,
        read_by="whole",
        pages=Version(),
        constants=cut_off,
    ),
    Endpoint(
        name="retailers",
        method="GET",
        path=f"{API}/retailer",
        tables=(schema.RETAILERS,),
        scope="retailer:read",
        asks=one_ask,
        read_by="whole",
    ),
    Endpoint(
        name="sales",
        method="GET",
        path=f"{API}/sales",
        tables=schema.SALE_TABLES,
        scope="sales:read",
        asks=sales,
        read_by="feed",
        pages=Version(),
    ),
    Endpoint(
        name="sales_of_span",
        method="GET",
        path=f"{API}/search",
        tables=schema.SALE_TABLES,
        scope="sales:read",
        asks=sales_of_span,
        read_by="spans",
        pages=Offset(),
    ),
    Endpoint(
        name="walk_in_customers",
        method="GET",
        path=f"{API}/search",
        tables=(schema.WALK_IN_CUSTOMERS,),
        scope="customers:read",
        asks=walk_in_customer,
        read_by="whole",
    ),
    Endpoint(
        name="products",
        method="GET",
        path=f"{API}/products",
        tables=schema.PRODUCT_TABLES,
        scope="products:read and products:read:costs",
        asks=products,
        read_by="feed",
        pages=Version(),
    ),
    Endpoint(
        name="suppliers",
        method="GET",
        path=f"{API}/suppliers",
        tables=(schema.SUPPLIERS,),
        scope="suppliers:read",
        asks=suppliers,
        read_by="feed",
        pages=Version(),
    ),
    Endpoint(
        name="consignments",
        method="GET",
        path=f"{API}/consignments",
        tables=(schema.CONSIGNMENTS,),
        scope="consignments:read",
        asks=consignments,
        read_by="feed",
        pages=Version(),
        follow_ups=(FollowUp(CONSIGNMENT_PRODUCTS, products_of),),
    ),
    Endpoint(
        name="inventory",
        method="GET",
        path=f"{API}/inventory",
        tables=(schema.INVENTORY,),
        scope="inventory:read",
        asks=inventory,
        read_by="whole",
        pages=Version(),
        constants=observation,
    ),
)
