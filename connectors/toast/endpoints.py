"""Toast's endpoints as a table of settings, and what each is asked for."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from connectors.core.asking import Ask
from connectors.core.connector import Endpoint, Request, observation
from connectors.core.paging import HeaderToken
from connectors.core.tables import Table
from connectors.core.windows import split
from connectors.toast import schema
from connectors.toast.account import REPORT, RESTAURANT, RESTAURANT_HEADER, ToastAccount, number_of
from connectors.toast.menus import as_one_list
from connectors.toast.paging import LinkedPageNumber

ORDERS_PER_PAGE = 100
LONGEST_SPAN = timedelta(days=30)
"""Toast asks for no more than a month of changes at once."""
TOTALS_DAYS = 92
"""One report reaches back so far. Only ten may be ordered in an hour."""

Asks = Iterator[Ask]


def moment(time: datetime) -> str:
    """A time as Toast writes it. Cut to milliseconds, so that neighbouring windows meet in one instant."""
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03}+0000"


def of_restaurant(guid: str, query: Mapping[str, str] | None = None) -> Ask:
    """A question about one restaurant: it is named in a header, and no answer names it again."""
    return Ask(
        query=query or {},
        place={"restaurant": guid},
        headers={RESTAURANT_HEADER: guid},
        constants={"restaurant_guid": guid},
    )


def each_restaurant(**query: str) -> Callable[[ToastAccount, Request], Asks]:
    """The same question about each restaurant."""

    def asks(account: ToastAccount, request: Request) -> Asks:
        for guid in account.restaurant_guids:
            yield of_restaurant(guid, query)

    return asks


def orders(account: ToastAccount, request: Request) -> Asks:
    """Orders by business date for a time of sale, by time of change otherwise."""
    window, first_page = request.window, {"pageSize": str(ORDERS_PER_PAGE), "page": "1"}
    if request.by_sale_date:
        for restaurant in account.restaurants:
            for day in restaurant.business_dates(window.start, window.end):
                yield of_restaurant(restaurant.guid, {"businessDate": str(number_of(day)), **first_page})
        return
    for guid in account.restaurant_guids:
        for span in split(window.start, window.end, LONGEST_SPAN):
            changed = {"startDate": moment(span.start), "endDate": moment(span.end)}
            yield of_restaurant(guid, {**changed, **first_page})


def daily_totals(account: ToastAccount, request: Request) -> Asks:
    """A report on the last days: it is ordered first, and asked for when it is ready."""
    today = request.loaded_at.date()
    report = account.report(
        {
            "startBusinessDate": number_of(today - timedelta(days=TOTALS_DAYS)),
            "endBusinessDate": number_of(today),
            "restaurantIds": list(account.restaurant_guids),
            "excludedRestaurantIds": [],
            "groupBy": [],
        }
    )
    yield Ask(place={"report": report})


def _configuration(path: str, table: Table) -> Endpoint:
    return Endpoint(
        name=table.name,
        method="GET",
        path=f"/config/v2/{path}",
        tables=(table,),
        scope="config:read",
        asks=each_restaurant(),
        read_by="whole",
        pages=HeaderToken("Toast-Next-Page-Token", "pageToken"),
    )


ENDPOINTS = (
    Endpoint(
        name="restaurants",
        method="GET",
        path=RESTAURANT,
        tables=(schema.RESTAURANTS,),
        scope="restaurants:read",
        asks=each_restaurant(includeArchived="true"),
        read_by="whole",
    ),
    Endpoint(
        name="orders",
        method="GET",
        path="/orders/v2/ordersBulk",
        tables=schema.ORDER_TABLES,
        scope="orders:read",
        asks=orders,
        read_by="windows",
        pages=LinkedPageNumber(),
    ),
    Endpoint(
        name="menus",
        method="GET",
        path="/menus/v2/menus",
        tables=schema.MENU_TABLES,
        scope="menus:read",
        asks=each_restaurant(),
        read_by="whole",
        prepare=as_one_list,
    ),
    _configuration("menuItems", schema.CONFIGURED_ITEMS),
    _configuration("salesCategories", schema.SALES_CATEGORIES),
    _configuration("diningOptions", schema.DINING_OPTIONS),
    _configuration("revenueCenters", schema.REVENUE_CENTERS),
    Endpoint(
        name="stock",
        method="GET",
        path="/stock/v1/inventory",
        tables=schema.STOCK_TABLES,
        scope="stock:read",
        asks=each_restaurant(),
        read_by="whole",
        constants=observation,
    ),
    Endpoint(
        name="daily_totals",
        method="GET",
        path=REPORT,
        tables=(schema.DAILY_TOTALS,),
        scope="enterprise-metrics:read",
        asks=daily_totals,
        read_by="whole",
        optional=True,
    ),
)
