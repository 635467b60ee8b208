"""What callers ask for: R's query parameters, with R's operators and limits."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.datastructures import QueryParams

from simulator.core.records import Query, Record
from simulator.lightspeed_r.errors import bad_request

MOST = 100
OPERATION = re.compile(r"(>=|<=|><|!=|!~|>|<|~|IN),(.*)", re.DOTALL)
NOT_FILTERS = frozenset(
    {"limit", "sort", "archived", "load_relations", "after", "before", "count", "offset", "orderby"}
)
"""`offset` and `orderby` were taken out with version 3 of the API: they do nothing."""

BASE_COST = 1.0
COUNT_COST = 10.0
RELATION_COST = 0.4
"""A relation to many, loaded for many records."""

Value = int | datetime
Check = Callable[[Value], bool]


@dataclass(frozen=True)
class Resource:
    """One of R's lists.

    Attributes:
        name: Key of the records in the answer, and of the path.
        sortable: The fields that it can be sorted by; the first one is the primary key.
        relations: The relations that are simulated → where they stand in a record.
        archives: Whether its records can be archived.
        scope: The permission that it needs.
        path: Its name in the path, when that is another.
    """

    name: str
    sortable: tuple[str, ...]
    scope: str
    relations: Mapping[str, tuple[str, ...]]
    archives: bool = True
    path: str = ""

    @property
    def key(self) -> str:
        """The primary key."""
        return self.sortable[0]


@dataclass(frozen=True)
class Asked:
    """A question to a list.

    Attributes:
        query: Which records, in which order.
        relations: The relations that are loaded.
        sort: The sorting as it stands in the URL of the next page.
        count: Only how many there are.
        after: The place that the page before ended at.
    """

    query: Query
    relations: frozenset[str]
    sort: str
    count: bool
    after: str | None


def asked_of(resource: Resource, parameters: QueryParams) -> Asked:
    """Reads the parameters of a list.

    Raises:
        Refusal: Something in them is not R's.
    """
    sort = parameters.get("sort") or resource.key
    sort_key = sort.removeprefix("-")
    if sort_key not in resource.sortable:
        allowed = ", ".join(resource.sortable)
        raise bad_request(f"Cannot sort by {sort_key}. Allowed sort fields: {allowed}.")
    count = "count" in parameters
    if count and {"limit", "sort", "after", "before"} & set(parameters):
        raise bad_request("The count parameter cannot be combined with pagination or sorting.")
    start, end, accept = filters_of(resource, parameters, sort_key)
    return Asked(
        query=Query(sort_key, limit_of(parameters), sort.startswith("-"), start, end, accept),
        relations=relations_of(resource, parameters),
        sort=sort,
        count=count,
        after=parameters.get("after"),
    )


def cost_of(resource: Resource, parameters: QueryParams) -> float:
    """How many drips a question costs, by its words alone: wrong ones cost as well."""
    if "count" in parameters:
        return COUNT_COST
    relations = parameters.get("load_relations", "")
    named = len(resource.relations) if relations == "all" else relations.count('"') // 2
    return BASE_COST + RELATION_COST * named


def limit_of(parameters: QueryParams) -> int:
    """The size of a page: more than a hundred are a hundred."""
    text = parameters.get("limit", str(MOST))
    if not text.isdigit():
        raise bad_request("limit must be a number between 0 and 100.")
    return min(int(text), MOST)


def relations_of(resource: Resource, parameters: QueryParams) -> frozenset[str]:
    """The relations that are asked for, as a JSON array or as `all`."""
    text = parameters.get("load_relations")
    if not text:
        return frozenset()
    if text == "all":
        return frozenset(resource.relations)
    try:
        names = json.loads(text)
    except ValueError:
        raise bad_request("load_relations must be a JSON encoded array.") from None
    unknown = [name for name in names if name not in resource.relations]
    if unknown:
        raise bad_request(f"{unknown[0]} is not a valid relation of {resource.name}.")
    return frozenset(names)


def filters_of(
    resource: Resource, parameters: QueryParams, sort_key: str
) -> tuple[Value | None, Value | None, Callable[[Record], bool]]:
    """The bounds of the field that is sorted by, and the whole filter."""
    archived = parameters.get("archived", "false")
    if archived not in ("true", "false", "only"):
        raise bad_request("archived must be true, false or only.")
    checks: list[tuple[str, Check]] = []
    start: Value | None = None
    end: Value | None = None
    for field, text in parameters.multi_items():
        if field in NOT_FILTERS:
            continue
        found = OPERATION.fullmatch(text)
        operator, operand = (found[1], found[2]) if found else ("=", text)
        values = values_of(field, operator, operand)
        checks.append((field, check_of(field, operator, values)))
        if field == sort_key:
            start = values[0] if operator in (">", ">=", "><", "=") else start
            end = values[-1] if operator in ("<", "<=", "><", "=") else end

    def accept(record: Record) -> bool:
        hidden = (record.state == "archived") != (archived == "only") and archived != "true"
        return not (resource.archives and hidden) and all(
            field in record.keys and check(record.keys[field]) for field, check in checks
        )

    return start, end, accept


def values_of(field: str, operator: str, text: str) -> list[Value]:
    """The operands of a filter."""
    if operator == "IN":
        texts = [part.strip().strip('"') for part in text.strip("[]").split(",")]
    elif operator == "><":
        texts = text.split(",")
        if len(texts) != 2:
            raise bad_request(f"{field}: the operator >< takes two values.")
    else:
        texts = [text]
    return [value_of(field, part) for part in texts]


def value_of(field: str, text: str) -> Value:
    """A whole number, or a time (in UTC unless it names an offset)."""
    try:
        if field.endswith("ID"):
            return int(text)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise bad_request(f"{text} is not a valid value of {field}.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def check_of(field: str, operator: str, values: list[Value]) -> Check:
    """What a value has to hold for a filter."""
    first: Any = values[0]
    last: Any = values[-1]
    checks: dict[str, Check] = {
        "=": lambda value: value == first,
        "!=": lambda value: value != first,
        ">": lambda value: value > first,
        ">=": lambda value: value >= first,
        "<": lambda value: value < first,
        "<=": lambda value: value <= first,
        "><": lambda value: first <= value <= last,
        "IN": lambda value: value in values,
    }
    if operator not in checks:
        raise bad_request(f"The operator {operator} is not simulated ({field}).")
    return checks[operator]
