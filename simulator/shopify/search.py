"""Shopify's search syntax, as far as it is served: terms of a field, a sign and a value, joined by AND."""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

TERM = re.compile(r"(?P<field>\w+):(?P<sign>>=|<=|>|<)?(?:'(?P<quoted>[^']*)'|(?P<plain>[^\s')(]+))")
JOIN = re.compile(r"\s+(?:AND\s+)?")
SIGNS = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, None: operator.eq}


class NotServed(Exception):
    """A search that is valid in Shopify but that is not simulated."""


@dataclass(frozen=True)
class Term:
    """One condition."""

    field: str
    compare: Callable[[Any, Any], bool]
    value: str


def parse(query: str) -> list[Term]:
    """The conditions of a search.

    Raises:
        NotServed: It holds something else than terms that are joined by AND.
    """
    terms, at, query = [], 0, query.strip()
    while at < len(query):
        found = TERM.match(query, at)
        if not found:
            raise NotServed(f"not simulated in a search: {query[at : at + 40]}")
        value = found["plain"] if found["quoted"] is None else found["quoted"]
        terms.append(Term(found["field"], SIGNS[found["sign"]], value))
        at = found.end()
        joined = JOIN.match(query, at)
        at = joined.end() if joined else at
    return terms


def condition(query: str | None, fields: Mapping[str, Callable[[Any], Any]]) -> Callable[[Any], bool]:
    """Whether a record fits a search. Shopify ignores a field that it does not know, and says so elsewhere.

    Args:
        query: The search.
        fields: How the value of each field is found in a record: a time, a number or a truth value.
    """
    terms = [term for term in parse(query or "") if term.field in fields]

    def fits(record: Any) -> bool:
        for term in terms:
            value = fields[term.field](record)
            if value is None or not term.compare(value, read_as(value, term.value)):
                return False
        return True

    return fits


def read_as(value: Any, text: str) -> Any:
    """A search's text as the type of the value that it is compared with."""
    if isinstance(value, datetime):
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if isinstance(value, bool):
        return text.lower() == "true"
    return int(text)
