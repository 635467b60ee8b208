"""R writes one thing in several forms; this puts an answer into the one form that the wire schema reads.

Its JSON is made from XML: a list of one record is an object, an empty one an empty text or nothing at all,
every scalar a text. Arrow reads a list as a list only, and an empty text is neither a time nor a number. So
each answer is read and written once as JSON. No number can lose a digit on that way: all of them are texts.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from connectors.core.layout import Path, steps
from connectors.core.tables import Table

NOBODY = "0"
"""A foreign key that points to nothing."""
SPELLINGS = {"updateTime": "updatetime", "onWorkorder": "onWorkOrder", "SalesAccounts": "SaleAccounts"}
"""Fields that the documentation spells in two ways, as other samples and other endpoints show."""
CUSTOMER = "customerID"
EVERYTHING_READ = "everythingRead"
"""Name of what `with_last_id` adds to the attributes of an answer."""


def one_form(tables: Sequence[Table]) -> Callable[[bytes], bytes]:
    """Puts answers into the form of some tables: their lists, and only theirs, become lists."""
    lists = tuple(dict.fromkeys(steps(table.records) for table in tables))

    def prepare(answer: bytes) -> bytes:
        return _rewritten(answer, lists, lambda told: told)

    return prepare


def with_last_id(table: Table, field: str) -> Callable[[bytes], bytes]:
    """The same, and the highest id of the records among the answer's attributes, as the place of a feed."""
    records = steps(table.records)

    def add(told: Any) -> Any:
        ids = [int(record[field]) for record in told.get(records[0], ()) if str(record.get(field)).isdigit()]
        if ids:
            told.setdefault("@attributes", {})[EVERYTHING_READ] = str(max(ids))
        return told

    def prepare(answer: bytes) -> bytes:
        return _rewritten(answer, (records,), add)

    return prepare


def _rewritten(answer: bytes, lists: Iterable[Path], finish: Callable[[Any], Any]) -> bytes:
    try:
        told = json.loads(answer)
    except ValueError:
        return answer  # the projector says that it is no JSON
    if not isinstance(told, dict):
        return answer
    told = _plain(told)
    for path in sorted(lists, key=len):
        _make_list(told, path)
    return json.dumps(finish(told), separators=(",", ":")).encode()


def _plain(told: Any) -> Any:
    """Without empty texts, with one spelling, and without a customer that is nobody."""
    if isinstance(told, list):
        return [_plain(item) for item in told]
    if not isinstance(told, dict):
        return told
    return {
        SPELLINGS.get(name, name): _plain(value)
        for name, value in told.items()
        if value != "" and not (name == CUSTOMER and value == NOBODY)
    }


def _make_list(told: Any, path: Path) -> None:
    """Makes the member at a path a list, in every record of the lists on the way."""
    first, *rest = path
    records = told if isinstance(told, list) else [told]
    for record in records:
        if not isinstance(record, dict) or first not in record:
            continue
        if rest:
            _make_list(record[first], tuple(rest))
        elif not isinstance(record[first], list):
            record[first] = [record[first]]
