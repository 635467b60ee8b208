"""Clover's endpoints as a table of settings, and what each is asked for."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from connectors.clover import schema
from connectors.clover.account import CloverAccount
from connectors.clover.paging import OverlappingOffset
from connectors.core.asking import Ask
from connectors.core.connector import Endpoint, FollowUp, Request, no_asks, observation, one_ask

PER_PAGE = 1000
ORDERS_PER_PAGE = 200
"""Of orders with their lines: an answer of a thousand is slow to make and long to repeat."""
MOST_NESTED = 100
"""A list inside a record is cut off after so many, and says nothing."""
LONGEST_WINDOW = timedelta(days=90)
"""Of a longer one Clover tells its last 90 days, and says nothing."""
MILLISECOND = timedelta(milliseconds=1)

EXPANDED_LINES = "lineItems.discounts,lineItems.modifications,lineItems.taxRates"
"""Clover expands at most three fields, so that the discounts of whole orders need a list of their own."""

Asks = Callable[[CloverAccount, Request], Iterator[Ask]]


def epoch_milliseconds(time: datetime) -> int:
    """A time as Clover writes it, cut to the millisecond: neighbouring windows meet in one instant."""
    return int((time - datetime.fromtimestamp(0, time.tzinfo)) / MILLISECOND)


def listed(expand: str = "") -> Asks:
    """Everything there is, page by page."""

    def asks(account: CloverAccount, request: Request) -> Iterator[Ask]:
        query = {"limit": PER_PAGE, **({"expand": expand} if expand else {})}
        yield Ask(query=query)

    return asks


def in_window(expand: str = "", *, changes: str = "modifiedTime") -> Asks:
    """What was made in the window; in later runs what changed in it.

    Args:
        expand: Up to three fields, joined by a comma.
        changes: The time of change, where the records have one.
    """

    def asks(account: CloverAccount, request: Request) -> Iterator[Ask]:
        field = "createdTime" if request.by_sale_date else changes
        start, end = epoch_milliseconds(request.window.start), epoch_milliseconds(request.window.end)
        query = {
            "filter": [f"{field}>={start}", f"{field}<={end}"],
            "orderBy": f"{field} ASC",
            "limit": ORDERS_PER_PAGE if expand == EXPANDED_LINES else PER_PAGE,
            **({"expand": expand} if expand else {}),
        }
        yield Ask(query=query)

    return asks


def _searched_since(account: CloverAccount, request: Request) -> int:
    earliest = request.loaded_at - timedelta(days=account.connection.reconcile_days)
    return epoch_milliseconds(max(earliest, account.connection.history_start(request.loaded_at)))


def seen(account: CloverAccount, request: Request) -> Iterator[Ask]:
    """The ids of the orders made lately."""
    since, until = _searched_since(account, request), epoch_milliseconds(request.loaded_at)
    query = {
        "filter": [f"createdTime>={since}", f"createdTime<={until}"],
        "orderBy": "createdTime ASC",
        "limit": PER_PAGE,
    }
    yield Ask(query=query)


def _merchant(account: CloverAccount, request: Request) -> Mapping[str, Any]:
    return {"merchant_id": account.connection.merchant_id}


def _search(account: CloverAccount, request: Request) -> Mapping[str, Any]:
    return {**_merchant(account, request), "created_since_ms": _searched_since(account, request)}


def lines_cut_off(rows: Mapping[str, pa.Table]) -> Iterator[Ask]:
    """Asks for all lines of the orders of which as many came as are never exceeded."""
    orders = rows[schema.ORDER_LINES.name].group_by(["order_id", "order_modified_ms"])
    counted = orders.aggregate([("id", "count_distinct")])
    cut_off = counted.filter(pc.greater_equal(counted["id_count_distinct"], MOST_NESTED))
    for order in cut_off.to_pylist():
        yield Ask(
            query={"limit": PER_PAGE, "expand": "discounts,modifications,taxRates"},
            place={"order": order["order_id"]},
            constants={name: order[name] for name in ("order_id", "order_modified_ms")},
        )


def _set_by_hand(account: CloverAccount, request: Request) -> Mapping[str, Any]:
    """What the settings say of the store; it counts before the merchant's own properties."""
    connection = account.connection
    cutoff_is_set = "business_day_cutoff" in connection.model_fields_set
    return {
        **_merchant(account, request),
        "set_timezone": connection.timezone,
        "set_cutoff_minutes": connection.business_day_cutoff_minutes if cutoff_is_set else None,
    }


def _observation(account: CloverAccount, request: Request) -> Mapping[str, Any]:
    return {**_merchant(account, request), **observation(account, request)}


PAGES = OverlappingOffset()

ALL_LINES = FollowUp(
    Endpoint(
        name="lines_of_long_orders",
        method="GET",
        path="/orders/{order}/line_items",
        tables=schema.LINES_OF_ONE_ORDER,
        scope="ORDERS_R",
        asks=no_asks,
        read_by="whole",
        pages=PAGES,
    ),
    lines_cut_off,
)

ENDPOINTS = (
    Endpoint(
        name="merchants",
        method="GET",
        path="",
        tables=(schema.MERCHANT,),
        scope="MERCHANT_R",
        asks=one_ask,
        read_by="whole",
    ),
    Endpoint(
        name="properties",
        method="GET",
        path="/properties",
        tables=(schema.PROPERTIES,),
        scope="MERCHANT_R",
        asks=one_ask,
        read_by="whole",
        constants=_set_by_hand,
    ),
    Endpoint(
        name="orders",
        method="GET",
        path="/orders",
        tables=schema.ORDER_TABLES,
        scope="ORDERS_R",
        asks=in_window(EXPANDED_LINES),
        read_by="windows",
        window_length=LONGEST_WINDOW,
        pages=PAGES,
        constants=_merchant,
        follow_ups=(ALL_LINES,),
    ),
    Endpoint(
        name="order_discounts",
        method="GET",
        path="/orders",
        tables=(schema.ORDERS_WITHOUT_LINES, schema.ORDER_DISCOUNTS),
        scope="ORDERS_R",
        asks=in_window("discounts"),
        read_by="windows",
        window_length=LONGEST_WINDOW,
        pages=PAGES,
    ),
    Endpoint(
        name="order_customers",
        method="GET",
        path="/orders",
        tables=(schema.ORDERS_WITHOUT_LINES, schema.ORDER_CUSTOMERS),
        scope="CUSTOMERS_R",
        # A list of its own: without this permission only the customers are missing, not the orders.
        asks=in_window("customers"),
        read_by="windows",
        window_length=LONGEST_WINDOW,
        pages=PAGES,
    ),
    Endpoint(
        name="orders_seen",
        method="GET",
        path="/orders",
        tables=(schema.ORDERS_SEEN, schema.SEARCHES),
        scope="ORDERS_R",
        asks=seen,
        read_by="whole",
        pages=PAGES,
        constants=_search,
    ),
    Endpoint(
        name="payments",
        method="GET",
        path="/payments",
        tables=(schema.PAYMENTS, schema.PAYMENT_CHARGES),
        scope="PAYMENTS_R",
        asks=in_window("additionalCharges"),
        read_by="windows",
        window_length=LONGEST_WINDOW,
        pages=PAGES,
        constants=_merchant,
    ),
    Endpoint(
        name="refunds",
        method="GET",
        path="/refunds",
        tables=(schema.REFUNDS, schema.REFUND_LINES),
        scope="PAYMENTS_R",
        # A refund has no time of change; what the bank says of it comes within the lookback.
        asks=in_window("lineItems", changes="createdTime"),
        read_by="windows",
        window_length=LONGEST_WINDOW,
        pages=PAGES,
        constants=_merchant,
    ),
    Endpoint(
        name="credits",
        method="GET",
        path="/credits",
        tables=(schema.CREDITS,),
        scope="PAYMENTS_R",
        asks=in_window(changes="createdTime"),
        read_by="windows",
        window_length=LONGEST_WINDOW,
        pages=PAGES,
        constants=_merchant,
    ),
    Endpoint(
        name="items",
        method="GET",
        path="/items",
        tables=(schema.ITEMS, schema.ITEM_CATEGORIES),
        scope="INVENTORY_R",
        asks=listed("categories"),
        read_by="whole",
        pages=PAGES,
    ),
    Endpoint(
        name="item_stocks",
        method="GET",
        path="/item_stocks",
        tables=(schema.ITEM_STOCKS,),
        scope="INVENTORY_R",
        asks=listed(),
        read_by="whole",
        pages=PAGES,
        constants=_observation,
    ),
    Endpoint(
        name="tenders",
        method="GET",
        path="/tenders",
        tables=(schema.TENDERS,),
        scope="MERCHANT_R",
        asks=listed(),
        read_by="whole",
        pages=PAGES,
    ),
    Endpoint(
        name="order_types",
        method="GET",
        path="/order_types",
        tables=(schema.ORDER_TYPES,),
        scope="ORDERS_R",
        asks=listed(),
        read_by="whole",
        pages=PAGES,
    ),
)
