"""Turns an answer of a custom API into the form of our wire schema, as an endpoint's mapping says.

Nothing but mapped fields gets through. A record with a value that cannot be used is put down with the reason
in `fault`, without its lines: it goes to `rejected_rows` as a whole, so that no order is counted in part.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from connectors.core.errors import DataFormatError
from connectors.generic.fields import LineFields
from connectors.generic.schema import FAULT, RECORDS
from connectors.generic.signs import directed_line, discount_of_order, positive
from connectors.generic.sources import Json, SourcedField, Steps, compiled, decoded, found, sections, steps
from connectors.generic.values import FLAGS, UNKNOWN_METHOD, Unusable, scalar

Record = dict[str, Any]

ITEM_CODES = ("item_id", "sku", "barcode")
"""What names an item, the surest first."""
OF_ONE_ITEM = ("item_name", "variation_name", "category")
BESIDE_THE_SALES = ("tax", "tip", "service_charge", "shipping", "rounding")
LINE = tuple(LineFields.model_fields)
COMPLETED = "completed"
"""What a record that tells no state is taken for."""
FLAT = "flat"
"""The version of an order whose lines are records of their own: all of them count."""


class Mapper:
    """Maps the records of one endpoint.

    Args:
        endpoint: Its settings.
        location_id: The store of records that name none.
        zone: The time zone of times that name none.
        heads: Name → paths in the answer itself, of which the first that holds a value is kept for paging.
        url: Where the endpoint stands; a next page may be named relative to it.
        subject: Names connection and endpoint in errors.
    """

    def __init__(
        self,
        endpoint: Any,
        *,
        location_id: str,
        zone: ZoneInfo | None,
        heads: Mapping[str, Sequence[str]],
        url: str,
        subject: str,
    ) -> None:
        self._endpoint = endpoint
        self._location_id = location_id
        self._heads = {name: tuple(map(steps, paths)) for name, paths in heads.items()}
        self._url = url
        self._subject = subject
        self._holds_returns = endpoint.entity in ("returns", "return_lines")
        self._records = steps(endpoint.records) if endpoint.records else None
        read = {place[0]: compiled(endpoint, sources, zone) for place, sources in sections(endpoint).items()}
        self._fields = read["fields"]
        self._lines = read.get("lines", ())
        self._payments = read.get("payments", ())
        self._complete: Callable[[Json, Record], Record] = {
            "orders": self._order,
            "returns": self._order,
            "order_lines": self._flat_line,
            "return_lines": self._flat_line,
            "payments": self._payment,
            "refunds": _refund,
        }.get(endpoint.entity, _as_told)

    def prepare(self, answer: bytes) -> bytes:
        """The answer in the form of the wire schema.

        Raises:
            DataFormatError: It is no JSON, or its records are not where the settings say.
        """
        try:
            told = decoded(answer)
        except (ValueError, RecursionError):
            raise DataFormatError(
                f"{self._subject} answered with something that is no JSON; nothing of this answer was kept. "
                "Check api_url and the endpoint's path."
            ) from None
        heads = {name: self._head(told, name, paths) for name, paths in self._heads.items()}
        records = [self._mapped(record) for record in self._listed(told)]
        return json.dumps({"page": heads, RECORDS: records}, default=_digits).encode()

    def _head(self, told: Json, name: str, paths: Iterable[Steps]) -> str | bool | None:
        """What an answer says about its pages, at the first of some paths that holds a single value."""
        value = next((value for path in paths if isinstance(value := found(told, path), str | bool)), None)
        if name == "more":
            return FLAGS.get(str(value).lower(), bool(value))
        if value is None or isinstance(value, bool):
            return None
        if name != "next_url" or not value:
            return value
        if not value.startswith(("http://", "https://", "/", "?")):
            raise DataFormatError(
                f"{self._subject} names its next page with something that is no URL; nothing of this answer "
                "was kept. Describe the API's paging in connections.yaml."
            )
        return urljoin(self._url, value)

    def _listed(self, told: Json) -> list[Json]:
        if self._records:
            records, place = found(told, self._records), ".".join(self._records)
            if isinstance(records, list):
                return records
            problem = f"has no list at {place}"
        else:
            lists = [told] if isinstance(told, list) else _lists_in(told)
            if len(lists) == 1:
                return lists[0]
            problem = f"holds {len(lists)} lists" if lists else "holds no list"
        raise DataFormatError(
            f"{self._subject} gave an answer that {problem}; nothing of it was kept. Say in the endpoint's "
            "records where the list of records stands."
        )

    def _mapped(self, record: Json) -> Record:
        """A record in our words; with a fault when it cannot be used."""
        told: Record = {"record_kind": "return" if self._holds_returns else "order"}
        try:
            for field in self._fields:
                told[field.name] = field.read(record)
            told["location_id"] = told.get("location_id") or self._location_id
            return self._complete(record, told)
        except Unusable as problem:
            return {**told, FAULT: str(problem)}

    def _order(self, record: Json, told: Record) -> Record:
        gives_back = self._gives_back(record)
        lines = [
            self._line(_values(self._lines, line), number, gives_back)
            for number, line in enumerate(self._nested(record, "lines"), 1)
        ]
        own_amount = _own_amount(told, gives_back)
        if not lines and own_amount:
            lines = [self._line({"gross_sales": own_amount}, 1, gives_back)]
        turned = [line.pop("turned") for line in lines]
        if gives_back:
            told, payments = positive(told, any(turned)), []
        else:
            told = discount_of_order(told, discounts_are_negative=self._endpoint.discounts_are_negative)
            payments = [
                self._payment_of_order(payment, number)
                for number, payment in enumerate(self._nested(record, "payments"), 1)
            ]
        told |= {
            "direction": "return" if gives_back else "sale",
            "state": told.get("state") or COMPLETED,
            "lines": _told_apart(lines, "line_id"),
            "payments": _told_apart(payments, "payment_id"),
        }
        return {**told, "version": _fingerprint(told)}

    def _flat_line(self, record: Json, told: Record) -> Record:
        line = {name: told[name] for name in LINE if name in told}
        line = self._line(line, 1, self._gives_back(record))
        line.pop("turned")
        head = {name: value for name, value in told.items() if name not in LINE}
        return {
            **head,
            "direction": line["direction"],
            "state": head.get("state") or COMPLETED,
            "version": FLAT,
            "lines": [line],
        }

    def _payment_of_order(self, record: Json, number: int) -> Record:
        told = _values(self._payments, record)
        return self._payment(record, {**told, "payment_id": told.get("payment_id") or str(number)})

    def _payment(self, record: Json, told: Record) -> Record:
        """A payment whose amount is without its tip."""
        told |= {"status": told.get("status") or COMPLETED, "method": told.get("method") or UNKNOWN_METHOD}
        if self._endpoint.payments_include_tips and told.get("tip") is not None:
            told["amount"] -= told["tip"]
        return told

    def _line(self, told: Record, number: int, gives_back: bool) -> Record:
        line = directed_line(told, gives_back, discounts_are_negative=self._endpoint.discounts_are_negative)
        line = _as_item(line)
        by_default = "custom" if line["item_id"] is None else "item"
        return {
            **line,
            "line_id": line.get("line_id") or str(number),
            "line_kind": line.get("line_kind") or by_default,
            "prices_include_tax": self._endpoint.prices_include_tax,
        }

    def _gives_back(self, record: Json) -> bool:
        if self._holds_returns:
            return True
        condition = self._endpoint.returns_when
        if condition is None:
            return False
        value = scalar(found(record, steps(condition.path)))
        return value is not None and str(value).lower() in {word.lower() for word in condition.equals}

    def _nested(self, record: Json, name: str) -> list[Json]:
        """A list inside a record; one thing alone may stand for a list of one."""
        nested = getattr(self._endpoint, name)
        if nested is None:
            return []
        inside: Json = next(
            (told for path in nested.records if (told := found(record, steps(path))) is not None), []
        )
        if isinstance(inside, dict):
            return [inside]
        if not isinstance(inside, list):
            raise Unusable(f"{name} is no list")
        return inside


def _own_amount(order: Record, gives_back: bool) -> Decimal | None:
    """What an order without lines comes to by its own word.

    That is its gross sales, or else what is left of a sale's total without what is no sale of goods.
    """
    gross: Decimal | None = order.pop("gross_sales", None)
    total: Decimal | None = order.get("total")
    if gross is not None or total is None or gives_back:
        return gross
    return total - sum((order[name] for name in BESIDE_THE_SALES if order.get(name) is not None), Decimal(0))


def _refund(record: Json, told: Record) -> Record:
    return {**told, "status": told.get("status") or COMPLETED}


def _as_told(record: Json, told: Record) -> Record:
    return told


def _values(compiled: Iterable[SourcedField], record: Json) -> Record:
    return {field.name: field.read(record) for field in compiled}


def _as_item(line: Record) -> Record:
    """A line with its item's id; without one it keeps no name: that is what somebody typed, free text."""
    item_id = next((line[code] for code in ITEM_CODES if line.get(code) is not None), None)
    names = dict.fromkeys(OF_ONE_ITEM) if item_id is None else {}
    return {**line, **names, "item_id": item_id}


def _told_apart(children: list[Record], key: str) -> list[Record]:
    """The children of one order.

    Raises:
        Unusable: Two have the same id, so that one would replace the other.
    """
    if len({child[key] for child in children}) < len(children):
        raise Unusable(f"{key} is the same in two of them")
    return children


def _fingerprint(told: Record) -> str:
    """The same for the same content, which is how the children of a record that was edited are known.

    The customer is left out: a hash without a key would give away what the hash with a key hides.
    """
    content = {name: value for name, value in told.items() if name != "customer_id"}
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()[:32]


def _lists_in(told: Json) -> list[list[Json]]:
    """The lists of records among an answer's members."""
    members = told.values() if isinstance(told, dict) else ()
    return [
        member
        for member in members
        if isinstance(member, list) and all(isinstance(record, dict) for record in member)
    ]


def _digits(number: object) -> str:
    """A number as JSON text that is read again exactly."""
    if isinstance(number, Decimal):
        return f"{number:f}"
    raise TypeError(f"{type(number).__name__} is no part of a record")
