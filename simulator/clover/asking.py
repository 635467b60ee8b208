"""What may be asked of a list: filters, their 90 days, order, page, and expanded fields."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from starlette.datastructures import QueryParams

from simulator.clover.errors import bad_request
from simulator.clover.orders import milliseconds
from simulator.core.records import Query, Record

FILTER = re.compile(r"(?P<field>[A-Za-z.]+)(?P<operator>>=|<=|!=|=|>|<)(?P<value>.*)")
ORDER_BY = re.compile(r"(?P<field>[A-Za-z]+)(?: (?P<direction>ASC|DESC))?")
PER_PAGE = 100
MOST_PER_PAGE = 1000
MOST_EXPANDED = 3
MOST_NESTED = 100
LONGEST = timedelta(days=90) // timedelta(milliseconds=1)

COMPARISONS = {
    "=": lambda found, wanted: found == wanted,
    "!=": lambda found, wanted: found != wanted,
    ">": lambda found, wanted: found > wanted,
    "<": lambda found, wanted: found < wanted,
    ">=": lambda found, wanted: found >= wanted,
    "<=": lambda found, wanted: found <= wanted,
}


@dataclass(frozen=True)
class ListRules:
    """What one list allows.

    Attributes:
        times: Its fields of time; it can be sorted by them.
        fields: Other fields that it can be filtered by.
        limited: Filters that keep the list to 90 days, counted back from the end of the range.
        always_limited: So does the lack of any filter of time.
        expandable: Fields that are told only when they are asked for.
    """

    times: frozenset[str]
    fields: frozenset[str]
    limited: frozenset[str]
    always_limited: bool
    expandable: frozenset[str]

    @property
    def allowed_header(self) -> dict[str, str]:
        """Every answer says what can be filtered by."""
        return {"X-Clover-Allowed-Filter-Fields": ",".join(sorted(self.times | self.fields))}


ORDERS = ListRules(
    times=frozenset({"createdTime", "clientCreatedTime", "modifiedTime"}),
    fields=frozenset({"id", "total", "state", "payType", "testMode", "manualTransaction", "title"}),
    limited=frozenset({"createdTime", "total", "state", "payType", "testMode", "manualTransaction", "title"}),
    always_limited=True,
    expandable=frozenset({"lineItems", "discounts", "customers"}),
)
PAYMENTS = ListRules(
    times=frozenset({"createdTime", "clientCreatedTime", "modifiedTime"}),
    fields=frozenset({"id", "result", "offline", "amount"}),
    limited=frozenset({"createdTime", "clientCreatedTime", "modifiedTime"}),
    always_limited=True,
    expandable=frozenset({"additionalCharges"}),
)
REFUNDS = replace(
    PAYMENTS,
    times=frozenset({"createdTime", "clientCreatedTime"}),
    fields=frozenset({"id", "amount"}),
    expandable=frozenset({"lineItems"}),
)
CREDITS = replace(REFUNDS, expandable=frozenset())


@dataclass(frozen=True)
class Asked:
    """A page that was asked for."""

    query: Query
    offset: int
    expanded: frozenset[str]


def asked_for(parameters: QueryParams, rules: ListRules, now: datetime) -> Asked:
    """Reads the parameters of a list of records."""
    conditions = list(_conditions(parameters, rules))
    sort_key, descending = _order(parameters, rules)
    bounds = {field: _bounds(conditions, field, milliseconds(now)) for field in rules.times}
    fields = {field for field, _, _ in conditions}
    limits = [field for field in rules.times & rules.limited & fields if field != "id"]
    if not limits and (fields & rules.limited or (rules.always_limited and not fields & rules.times)):
        limits = ["createdTime"]
    earliest = {field: bounds[field][1] - LONGEST for field in limits}

    def accept(record: Record) -> bool:
        if any(record.keys[field] < least for field, least in earliest.items()):
            return False
        return all(
            COMPARISONS[operator](_value(record, field, rules), wanted)
            for field, operator, wanted in conditions
        )

    start, end = bounds[sort_key]
    limit, offset = page_of(parameters)
    return Asked(
        Query(sort_key, limit, descending=descending, start=start, end=end, accept=accept),
        offset,
        expanded_fields(parameters),
    )


def page_of(parameters: QueryParams) -> tuple[int, int]:
    """Limit and offset."""
    try:
        limit, offset = int(parameters.get("limit", PER_PAGE)), int(parameters.get("offset", 0))
    except ValueError:
        raise bad_request("limit and offset have to be numbers") from None
    return max(1, min(limit, MOST_PER_PAGE)), max(0, offset)


def expanded_fields(parameters: QueryParams) -> frozenset[str]:
    """The fields that are asked for in full; a part of a part brings the part too."""
    named = [field for field in parameters.get("expand", "").split(",") if field]
    if len(named) > MOST_EXPANDED:
        raise bad_request(f"at most {MOST_EXPANDED} fields can be expanded")
    return frozenset(named) | {field.partition(".")[0] for field in named}


def shown(record: Mapping[str, Any], expanded: frozenset[str], expandable: frozenset[str]) -> dict[str, Any]:
    """A record with the nested lists that were asked for, each cut off after a hundred."""
    told = {name: value for name, value in record.items() if name not in expandable or name in expanded}
    if "lineItems" in told:
        inner = frozenset(field.partition(".")[2] for field in expanded if field.startswith("lineItems."))
        told["lineItems"] = {"elements": [shown_line(line, inner) for line in told["lineItems"]["elements"]]}
    return {name: _cut_off(value) for name, value in told.items()}


def shown_line(line: Mapping[str, Any], expanded: frozenset[str]) -> dict[str, Any]:
    """A line item with the nested lists that were asked for."""
    nested = {"discounts", "modifications", "taxRates"}
    return {name: _cut_off(value) for name, value in line.items() if name not in nested or name in expanded}


def _cut_off(value: Any) -> Any:
    if isinstance(value, dict) and "elements" in value:
        return {"elements": value["elements"][:MOST_NESTED]}
    return value


def _conditions(parameters: QueryParams, rules: ListRules) -> Iterator[tuple[str, str, Any]]:
    for text in parameters.getlist("filter"):
        found = FILTER.fullmatch(text)
        if found is None or found["field"] not in rules.times | rules.fields:
            raise bad_request(f"filter is not supported: {text}")
        value: Any = found["value"]
        if found["field"] in rules.times | {"total", "amount"}:
            if not value.lstrip("-").isdigit():
                raise bad_request(f"filter needs a number: {text}")
            value = int(value)
        elif value in ("true", "false"):
            value = value == "true"
        yield found["field"], found["operator"], value


def _order(parameters: QueryParams, rules: ListRules) -> tuple[str, bool]:
    text = parameters.get("orderBy")
    if text is None:
        return "createdTime", True
    found = ORDER_BY.fullmatch(text)
    if found is None or found["field"] not in rules.times:
        raise bad_request(f"orderBy is not supported: {text}")
    return found["field"], found["direction"] == "DESC"


def _bounds(conditions: list[tuple[str, str, Any]], field: str, now: int) -> tuple[int | None, int]:
    """The least and the greatest value that a filter lets through."""
    own = [(operator, value) for name, operator, value in conditions if name == field]
    least = [value for operator, value in own if operator in (">=", ">", "=")]
    greatest = [value for operator, value in own if operator in ("<=", "<", "=")]
    return (max(least) if least else None), min(greatest, default=now)


def _value(record: Record, field: str, rules: ListRules) -> Any:
    return record.keys[field] if field in rules.times else record.render().get(field)
