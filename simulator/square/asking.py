"""What callers ask for: reading Square's parameters, with Square's limits and errors.

An unknown key is ignored, as Square does: a filter in the wrong place is no error, it just does not filter.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from simulator.core.answers import Json
from simulator.core.paging import fingerprint
from simulator.core.records import Query, Record
from simulator.square.errors import invalid_request

Asked = Mapping[str, Any]
Span = tuple[datetime | None, datetime | None]

MOST_LOCATIONS = 10
MOST_ORDER_IDS = 100
CLOSED_STATES = frozenset({"COMPLETED", "CANCELED"})
DATE_FIELDS = {"created_at": "CREATED_AT", "updated_at": "UPDATED_AT", "closed_at": "CLOSED_AT"}
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Page:
    """Which records are asked for, and the cursor that the caller sent.

    Attributes:
        mark: Identifies what is asked: a cursor belongs to exactly that.
    """

    query: Query
    cursor: str | None
    mark: str


def moment(value: Any, name: str) -> datetime | None:
    """Reads a time; a missing one is None.

    Raises:
        SquareError: It is no RFC 3339 time with a zone.
    """
    if value in (None, ""):
        return None
    try:
        parsed = datetime.fromisoformat(str(value))
    except ValueError:
        parsed = None
    if parsed is None or parsed.tzinfo is None:
        raise invalid_request("INVALID_TIME", f"`{value}` is not an RFC 3339 timestamp.", name)
    return parsed


def span(asked: Asked, start_name: str, end_name: str) -> Span:
    """Reads a span of time whose ends are both inside it."""
    start, end = moment(asked.get(start_name), start_name), moment(asked.get(end_name), end_name)
    if start and end and start > end:
        raise invalid_request("INVALID_TIME_RANGE", f"`{start_name}` is after `{end_name}`.", start_name)
    return start, end


def inside(value: datetime | None, bounds: Span) -> bool:
    """Whether a time lies in a span."""
    start, end = bounds
    if value is None:
        return start is None and end is None
    return (start is None or value >= start) and (end is None or value <= end)


def texts(asked: Asked, name: str) -> frozenset[str] | None:
    """Reads a list of texts; a missing or empty one is None, which filters nothing."""
    values = asked.get(name)
    if values is None:
        return None
    if not isinstance(values, list):
        raise invalid_request("EXPECTED_ARRAY", f"`{name}` must be an array.", name)
    return frozenset(str(value) for value in values) or None


def section(asked: Asked, name: str) -> Json:
    """Reads an object inside the body; a missing one is empty."""
    value = asked.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise invalid_request("EXPECTED_OBJECT", f"`{name}` must be an object.", name)
    return value


def limit_of(asked: Asked, *, default: int, most: int, too_high_is_error: bool) -> int:
    """Reads the size of a page."""
    value = asked.get("limit")
    if value is None:
        return default
    try:
        limit = int(value)
    except (TypeError, ValueError):
        raise invalid_request("EXPECTED_INTEGER", "`limit` must be a number.", "limit") from None
    if limit < 1:
        raise invalid_request("VALUE_TOO_LOW", "`limit` must be at least 1.", "limit")
    if limit > most and too_high_is_error:
        raise invalid_request("VALUE_TOO_HIGH", f"`limit` must be at most {most}.", "limit")
    return limit if limit <= most else default


def cursor_of(asked: Asked) -> str | None:
    """Reads the cursor."""
    return asked.get("cursor") or None


def sorting(asked: Asked, fields: frozenset[str]) -> tuple[str, bool]:
    """Reads the sort field (default CREATED_AT), and whether the newest come first (as by default)."""
    field = asked.get("sort_field") or "CREATED_AT"
    order = asked.get("sort_order") or "DESC"
    if field not in fields:
        raise invalid_request("INVALID_ENUM_VALUE", f"`{field}` is not a sort field.", "sort_field")
    if order not in ("ASC", "DESC"):
        raise invalid_request("INVALID_SORT_ORDER", f"`{order}` is not ASC or DESC.", "sort_order")
    return field, order == "DESC"


def orders_page(asked: Asked, known_locations: frozenset[str]) -> Page:
    """Reads the body of a search for orders."""
    location_ids = texts(asked, "location_ids")
    if location_ids is None:
        raise invalid_request(
            "MISSING_REQUIRED_PARAMETER", "Must provide at least 1 location_id.", "location_ids"
        )
    if len(asked["location_ids"]) > MOST_LOCATIONS:
        detail = f"At most {MOST_LOCATIONS} location_ids may be given."
        raise invalid_request("ARRAY_LENGTH_TOO_LONG", detail, "location_ids")
    if unknown := location_ids - known_locations:
        raise invalid_request("INVALID_VALUE", f"Unknown location {min(unknown)}.", "location_ids")
    limit = limit_of(asked, default=500, most=1000, too_high_is_error=True)
    query = section(asked, "query")
    filters = section(query, "filter")
    sort_field, descending = sorting(section(query, "sort"), frozenset(DATE_FIELDS.values()))
    for name in ("fulfillment_filter", "customer_filter"):
        if filters.get(name):
            raise invalid_request("BAD_REQUEST", f"`{name}` is not simulated.", name)
    states = texts(section(filters, "state_filter"), "states")
    sources = texts(section(filters, "source_filter"), "source_names")
    dates = section(filters, "date_time_filter")
    given = [name for name in DATE_FIELDS if dates.get(name)]
    if len(given) > 1:
        raise invalid_request("BAD_REQUEST", "Only one date filter may be given.", "date_time_filter")
    bounds: Span = (None, None)
    if given:
        if DATE_FIELDS[given[0]] != sort_field:
            detail = "The sort field must match the field of the date filter."
            raise invalid_request("BAD_REQUEST", detail, "query.sort.sort_field")
        bounds = span(section(dates, given[0]), "start_at", "end_at")
    if sort_field == "CLOSED_AT" and (states is None or not states <= CLOSED_STATES):
        detail = "CLOSED_AT needs a state_filter with closed states only."
        raise invalid_request("BAD_REQUEST", detail, "query.filter.state_filter")

    def accept(record: Record) -> bool:
        return (
            record.location_id in location_ids
            and (states is None or record.state in states)
            and (sources is None or record.source in sources)
        )

    mark = fingerprint("orders", sorted(location_ids), query, limit, bool(asked.get("return_entries")))
    return Page(Query(sort_field, limit, descending, *bounds, accept), cursor_of(asked), mark)


def money_page(asked: Asked, now: datetime, *, endpoint: str, default_location: str | None) -> Page:
    """Reads the parameters of a list of payments or refunds.

    Args:
        asked: The query string.
        now: The default end; a year before it is the default begin, unless a time of change is given.
        endpoint: Name of the list.
        default_location: The location that is listed when none is named; None lists all.
    """
    if asked.get("offline_begin_time") or asked.get("sort_field") == "OFFLINE_CREATED_AT":
        raise invalid_request("BAD_REQUEST", "Offline times are not simulated.", "offline_begin_time")
    sort_field, descending = sorting(asked, frozenset({"CREATED_AT", "UPDATED_AT"}))
    created = span(asked, "begin_time", "end_time")
    updated = span(asked, "updated_at_begin_time", "updated_at_end_time")
    if created[0] is None and updated == (None, None):
        created = (now - YEAR, created[1])
    bounds = {"CREATED_AT": created, "UPDATED_AT": updated}
    location_id = asked.get("location_id") or default_location
    status, source = asked.get("status"), asked.get("source_type")
    limit = limit_of(asked, default=100, most=100, too_high_is_error=False)

    def accept(record: Record) -> bool:
        return (
            location_id in (None, record.location_id)
            and status in (None, "", record.state)
            and source in (None, "", record.source)
            and all(inside(record.keys[name], bounds[name]) for name in bounds)
        )

    mark = fingerprint(
        endpoint, sort_field, descending, *span_text(asked), location_id, status, source, limit
    )
    return Page(Query(sort_field, limit, descending, *bounds[sort_field], accept), cursor_of(asked), mark)


def span_text(asked: Asked) -> list[Any]:
    """The time parameters as they were sent: a cursor belongs to exactly these."""
    names = ("begin_time", "end_time", "updated_at_begin_time", "updated_at_end_time")
    return [asked.get(name) for name in names]


def catalog_page(
    asked: Asked, kinds: frozenset[str], *, most: int, deleted: bool, since: datetime | None
) -> Page:
    """Reads what a list or search of catalogue objects asks for; `since` itself does not belong to it."""
    limit = limit_of(asked, default=min(100, most), most=most, too_high_is_error=False)

    def accept(record: Record) -> bool:
        return (
            record.state in kinds
            and (deleted or record.source != "deleted")
            and (since is None or record.keys["UPDATED_AT"] > since)
        )

    mark = fingerprint("catalog", sorted(kinds), limit, deleted, since)
    return Page(Query("UPDATED_AT", limit, accept=accept), cursor_of(asked), mark)


def inventory_page(asked: Asked, *, endpoint: str, sort_field: str, descending: bool, by_state: str) -> Page:
    """Reads what a list of stock counts or changes asks for.

    Args:
        asked: The body.
        endpoint: Name of the list.
        sort_field: The time that it is sorted by.
        descending: Whether the newest come first.
        by_state: Name of the filter that `Record.state` answers to.
    """
    limit = limit_of(asked, default=100, most=1000, too_high_is_error=True)
    items, locations = texts(asked, "catalog_object_ids"), texts(asked, "location_ids")
    states = texts(asked, by_state)
    after, before = (
        moment(asked.get("updated_after"), "updated_after"),
        moment(asked.get("updated_before"), "updated_before"),
    )

    def accept(record: Record) -> bool:
        return (
            (items is None or record.source in items)
            and (locations is None or record.location_id in locations)
            and (states is None or record.state in states)
            and (after is None or record.visible_at > after)
            and (before is None or record.visible_at < before)
        )

    named = [sorted(values) if values else None for values in (items, locations, states)]
    mark = fingerprint(endpoint, limit, *named, after, before)
    return Page(Query(sort_field, limit, descending, accept=accept), cursor_of(asked), mark)


def read_body(body: bytes) -> Json:
    """Reads a body, which must be a JSON object; none at all is an empty one."""
    if not body:
        return {}
    try:
        asked = json.loads(body)
    except ValueError:
        raise invalid_request("EXPECTED_JSON_BODY", "The request body is not JSON.") from None
    if not isinstance(asked, dict):
        raise invalid_request("EXPECTED_OBJECT", "The request body must be a JSON object.")
    return asked
