"""Square's endpoints as a table of settings, and what each is asked for."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.core.asking import Ask
from connectors.core.connector import Endpoint, Request, cut_off, observation, one_ask
from connectors.core.paging import Offset, Token
from connectors.core.tables import DECIMAL
from connectors.square import schema
from connectors.square.account import SquareAccount

LOCATIONS_PER_QUERY = 10
"""More are refused."""
ORDERS_PER_PAGE = 1000
PAYMENTS_PER_PAGE = 100
CATALOG_PER_PAGE = 1000
INVENTORY_PER_PAGE = 1000
TOTALS_PER_PAGE = 10_000

Asks = Iterator[Ask]


def moment(time: datetime) -> str:
    """A time as Square writes it. Cut to milliseconds, so that neighbouring windows meet in one instant."""
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03}Z"


def orders(account: SquareAccount, request: Request) -> Asks:
    """Orders, ten locations at a time. Filter and sort stand inside `query`: elsewhere they are ignored."""
    field = "created_at" if request.by_sale_date else "updated_at"
    span = {"start_at": moment(request.window.start), "end_at": moment(request.window.end)}
    for first in range(0, len(account.location_ids), LOCATIONS_PER_QUERY):
        body = {
            "location_ids": list(account.location_ids[first : first + LOCATIONS_PER_QUERY]),
            "limit": ORDERS_PER_PAGE,
            "query": {
                "filter": {
                    "state_filter": {"states": ["COMPLETED", "CANCELED", "OPEN"]},
                    "date_time_filter": {field: span},
                },
                "sort": {"sort_field": field.upper(), "sort_order": "ASC"},
            },
        }
        yield Ask(body=body)


def payments(account: SquareAccount, request: Request) -> Asks:
    """Payments by location: without one, only those of the main location are listed."""
    for location in account.location_ids:
        span = _payment_span(account, request)
        yield Ask({"location_id": location, "limit": PAYMENTS_PER_PAGE, **span})


def refunds(account: SquareAccount, request: Request) -> Asks:
    """Refunds of all locations at once, unless the settings name some."""
    span = _payment_span(account, request)
    for location in account.connection.location_ids or (None,):
        yield Ask({"limit": PAYMENTS_PER_PAGE, **span, **({"location_id": location} if location else {})})


def _payment_span(account: SquareAccount, request: Request) -> dict[str, str]:
    start, end = moment(request.window.start), moment(request.window.end)
    if request.by_sale_date:
        return {"begin_time": start, "end_time": end, "sort_field": "CREATED_AT", "sort_order": "ASC"}
    return {
        # Without it only payments made within the last year are listed, however lately they changed.
        "begin_time": moment(account.connection.history_start(request.loaded_at)),
        "updated_at_begin_time": start,
        "updated_at_end_time": end,
        "sort_field": "UPDATED_AT",
        "sort_order": "ASC",
    }


def catalog(kind: str) -> Any:
    """All objects of one kind, deleted ones too: old sales name them."""

    def query(account: SquareAccount, request: Request) -> Asks:
        body = {"object_types": [kind], "include_deleted_objects": True, "limit": CATALOG_PER_PAGE}
        yield Ask(body=body)

    return query


def vendors(account: SquareAccount, request: Request) -> Asks:
    """All suppliers."""
    statuses = {"status": ["ACTIVE", "INACTIVE"]}
    yield Ask(body={"filter": statuses, "sort": {"field": "CREATED_AT", "order": "ASC"}})


def inventory_counts(account: SquareAccount, request: Request) -> Asks:
    """The counts of every state that Square tracks."""
    yield Ask(body={**_restricted(account), "limit": INVENTORY_PER_PAGE})


def inventory_changes(account: SquareAccount, request: Request) -> Asks:
    """Movements and counts recorded in the window. Both bounds are exclusive, so the start is set back."""
    body = {
        **_restricted(account),
        "types": ["PHYSICAL_COUNT", "ADJUSTMENT"],
        "updated_after": moment(request.window.start - timedelta(seconds=1)),
        "updated_before": moment(request.window.end),
        "limit": INVENTORY_PER_PAGE,
    }
    yield Ask(body=body)


def sales_totals(account: SquareAccount, request: Request) -> Asks:
    """Square's own daily report of the window's days, and of the day before: a store's day is not UTC's."""
    window = request.window
    days = [(window.start - timedelta(days=1)).date().isoformat(), window.end.date().isoformat()]
    amounts = [column.path for column in schema.SALES_TOTALS.columns if column.type == DECIMAL]
    filters = [{"member": "Orders.local_date", "operator": "inDateRange", "values": days}]
    if account.connection.location_ids:
        named = list(account.connection.location_ids)
        filters.append({"member": "Orders.location_id", "operator": "equals", "values": named})
    query = {
        "measures": amounts,
        "dimensions": ["Orders.location_id", "Orders.local_date"],
        "filters": filters,
        # what Square's dashboard counts
        "segments": ["Orders.closed_checks"],
        "order": [["Orders.local_date", "asc"], ["Orders.location_id", "asc"]],
        "limit": TOTALS_PER_PAGE,
    }
    yield Ask(body={"query": query})


def _restricted(account: SquareAccount) -> dict[str, list[str]]:
    named = account.connection.location_ids
    return {"location_ids": list(named)} if named else {}


ENDPOINTS = (
    Endpoint(
        name="locations",
        method="GET",
        path="/v2/locations",
        tables=(schema.LOCATIONS,),
        scope="MERCHANT_PROFILE_READ",
        asks=one_ask,
        read_by="whole",
        constants=cut_off,
    ),
    Endpoint(
        name="orders",
        method="POST",
        path="/v2/orders/search",
        tables=schema.ORDER_TABLES,
        scope="ORDERS_READ",
        asks=orders,
        read_by="windows",
        pages=Token(),
    ),
    Endpoint(
        name="payments",
        method="GET",
        path="/v2/payments",
        tables=(schema.PAYMENTS,),
        scope="PAYMENTS_READ",
        asks=payments,
        read_by="windows",
        pages=Token(),
    ),
    Endpoint(
        name="refunds",
        method="GET",
        path="/v2/refunds",
        tables=(schema.REFUNDS,),
        scope="PAYMENTS_READ",
        asks=refunds,
        read_by="windows",
        pages=Token(),
    ),
    Endpoint(
        name="catalog_items",
        method="POST",
        path="/v2/catalog/search",
        tables=schema.CATALOG_ITEM_TABLES,
        scope="ITEMS_READ",
        asks=catalog("ITEM"),
        read_by="whole",
        pages=Token(),
    ),
    Endpoint(
        name="catalog_variations",
        method="POST",
        path="/v2/catalog/search",
        tables=schema.CATALOG_VARIATION_TABLES,
        scope="ITEMS_READ",
        # As objects of their own, not inside their items: there a deleted variation just goes missing.
        asks=catalog("ITEM_VARIATION"),
        read_by="whole",
        pages=Token(),
    ),
    Endpoint(
        name="catalog_categories",
        method="POST",
        path="/v2/catalog/search",
        tables=(schema.CATALOG_CATEGORIES,),
        scope="ITEMS_READ",
        asks=catalog("CATEGORY"),
        read_by="whole",
        pages=Token(),
    ),
    Endpoint(
        name="vendors",
        method="POST",
        path="/v2/vendors/search",
        tables=(schema.VENDORS,),
        scope="VENDOR_READ",
        asks=vendors,
        read_by="whole",
        pages=Token(),
    ),
    Endpoint(
        name="inventory_counts",
        method="POST",
        path="/v2/inventory/counts/batch-retrieve",
        tables=(schema.INVENTORY_COUNTS,),
        scope="INVENTORY_READ",
        asks=inventory_counts,
        read_by="whole",
        pages=Token(),
        constants=observation,
    ),
    Endpoint(
        name="inventory_changes",
        method="POST",
        path="/v2/inventory/changes/batch-retrieve",
        tables=(schema.INVENTORY_ADJUSTMENTS, schema.INVENTORY_PHYSICAL_COUNTS),
        scope="INVENTORY_READ",
        asks=inventory_changes,
        read_by="windows",
        pages=Token(),
    ),
    Endpoint(
        name="sales_totals",
        method="POST",
        path="/reporting/v1/load",
        tables=(schema.SALES_TOTALS,),
        scope="REPORTING_READ",
        asks=sales_totals,
        read_by="windows",
        pages=Offset("query/offset"),
        optional=True,
    ),
)
