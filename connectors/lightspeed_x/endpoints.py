"""X's endpoints as a table of settings, and what each is asked for."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from connectors.core.asking import Ask
from connectors.core.connector import Endpoint, FollowUp, Request, no_asks, one_ask
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

Asks = Callable[[LightspeedXAccount, Request], Iterator[Ask]]


def changes(name: str, page_size: int, **query: Any) -> Asks:
    """What changed since the last version that was read; `after` 0 is everything."""

    def asks(account: LightspeedXAccount, request: Request) -> Iterator[Ask]:
        yield Ask(query={**query, "page_size": page_size, "after": request.place(name) or 0})

    return asks


def everything(page_size: int, **query: Any) -> Asks:
    """All records that there are now."""

    def asks(account: LightspeedXAccount, request: Request) -> Iterator[Ask]:
        yield Ask(query={**query, "page_size": page_size, "after": 0})

    return asks


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
            query={"page_size": PRODUCTS_PER_PAGE, "after": 0},
            place={"consignment_id": order_id},
            constants={"consignment_id": order_id},
        )


def _cut_off(account: LightspeedXAccount, request: Request) -> Mapping[str, Any]:
    return {"business_day_cutoff_minutes": account.connection.business_day_cutoff_minutes}


def _observation(account: LightspeedXAccount, request: Request) -> Mapping[str, Any]:
    return {"observed_on": request.loaded_at.date().isoformat(), "observed_at": request.loaded_at}


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
        asks=everything(PRODUCTS_PER_PAGE, deleted="true"),
        read_by="whole",
        pages=Version(),
        constants=_cut_off,
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
        asks=changes("sales", SALES_PER_PAGE),
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
        asks=changes("products", PRODUCTS_PER_PAGE, deleted="true"),
        read_by="feed",
        pages=Version(),
    ),
    Endpoint(
        name="suppliers",
        method="GET",
        path=f"{API}/suppliers",
        tables=(schema.SUPPLIERS,),
        scope="suppliers:read",
        asks=changes("suppliers", PRODUCTS_PER_PAGE),
        read_by="feed",
        pages=Version(),
    ),
    Endpoint(
        name="consignments",
        method="GET",
        path=f"{API}/consignments",
        tables=(schema.CONSIGNMENTS,),
        scope="consignments:read",
        asks=changes("consignments", CONSIGNMENTS_PER_PAGE, type="SUPPLIER"),
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
        asks=everything(INVENTORY_PER_PAGE),
        read_by="whole",
        pages=Version(),
        constants=_observation,
    ),
)
