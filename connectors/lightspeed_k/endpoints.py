"""K's endpoints as a table of settings, and what each is asked for."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from connectors.core.asking import Ask
from connectors.core.connector import Endpoint, FollowUp, Request, cut_off, no_asks
from connectors.core.paging import PageNumber, Token
from connectors.lightspeed_k import account as businesses
from connectors.lightspeed_k import schema
from connectors.lightspeed_k.account import SALES, SCOPE, LightspeedKAccount

SALES_PER_PAGE = 100
INCLUDED = "payments,consumer,revenue_center"
"""Of the consumer nothing but a hash of the id is kept."""
DAYS_WATCHED = 7
"""So many business days are asked whether they are complete; one that is not is read again."""
ONE_DAY = timedelta(days=1)


def instant(time: datetime) -> str:
    """A time as K reads it."""
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03}Z"


def locations(account: LightspeedKAccount, request: Request) -> Iterator[Ask]:
    """All businesses with their locations."""
    yield Ask(query={"page": 0, "size": businesses.BUSINESSES_PER_PAGE})


def sales(account: LightspeedKAccount, request: Request) -> Iterator[Ask]:
    """Accounts closed in the window, of each location.

    K knows no other time. Read once more, a window begins with a whole business day, wherever the day may
    begin: with a day more. It does not reach back behind a location's beginning, which K refuses.
    """
    window = request.window
    start = window.start if request.by_sale_date else window.start - ONE_DAY
    for location in account.locations:
        first = account.first_moment(location, start)
        if first < window.end:
            yield closed_in(location.id, first, window.end)


def closed_in(location_id: str, start: datetime, end: datetime) -> Ask:
    """The accounts of a location that were closed in a span."""
    return Ask(
        query={
            "from": instant(start),
            "to": instant(end),
            "include": INCLUDED,
            "pageSize": SALES_PER_PAGE,
        },
        place={"location_id": location_id},
        constants={"location_id": location_id},
    )


def business_days(account: LightspeedKAccount, request: Request) -> Iterator[Ask]:
    """The last business days of each location, today's included."""
    for location in account.locations:
        today = request.loaded_at.astimezone(location.zone).date()
        for back in range(DAYS_WATCHED):
            day = (today - back * ONE_DAY).isoformat()
            yield Ask(
                query={"date": day},
                place={"location_id": location.id},
                constants={"location_id": location.id, "business_date": day},
            )


def days_not_complete(rows: Mapping[str, pa.Table]) -> Iterable[Ask]:
    """The accounts of business days that are over and of which K has not everything yet."""
    for day in rows[schema.BUSINESS_DAYS.name].to_pylist():
        end = day["next_start_of_day"]
        if day["data_complete"] is False and end is not None and end <= day["loaded_at"]:
            yield closed_in(day["location_id"], end - ONE_DAY, end)


SALES_OF_DAY = Endpoint(
    name="sales_of_day",
    method="GET",
    path=SALES,
    tables=schema.SALE_TABLES,
    scope=SCOPE,
    asks=no_asks,
    read_by="whole",
    pages=Token("nextPageToken", into="query"),
)

ENDPOINTS = (
    Endpoint(
        name="locations",
        method="GET",
        path=businesses.BUSINESSES,
        tables=(schema.BUSINESSES, schema.LOCATIONS),
        scope=SCOPE,
        asks=locations,
        read_by="whole",
        pages=PageNumber("page", first=0),
        constants=cut_off,
    ),
    Endpoint(
        name="sales",
        method="GET",
        path=SALES,
        tables=schema.SALE_TABLES,
        scope=SCOPE,
        asks=sales,
        read_by="windows",
        pages=Token("nextPageToken", into="query"),
    ),
    Endpoint(
        name="business_days",
        method="GET",
        path=f"{SALES}-daily",
        tables=(schema.BUSINESS_DAYS,),
        scope=SCOPE,
        asks=business_days,
        read_by="whole",
        follow_ups=(FollowUp(SALES_OF_DAY, days_not_complete),),
    ),
)
