"""One file's rows as typed sales, with a reason for every row that cannot be one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from typing import get_args
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from connectors.core.errors import DataFormatError
from connectors.core.hashing import keyed_hashes
from connectors.core.projector import Stamp
from connectors.core.tables import DECIMAL, TIMESTAMP
from connectors.csv.dates import SaleTimes
from connectors.csv.fields import ITEM_FIELDS, LINE_KINDS, PERSONAL_FIELDS, TextField
from connectors.csv.numbers import parse_numbers
from connectors.csv.orders import filled_down, joined, spread, whole_orders
from connectors.csv.reader import ROWS_PER_BATCH, Batch, SalesFile
from connectors.csv.rules import Evidence, is_negative, row_kinds
from connectors.csv.schema import SALES
from connectors.csv.settings import CsvConnection

_TURNED_WITH_A_RETURN = ("discount", "order_discount", "tax", "tip", "service_charge")
_KEPT_TEXTS = tuple(name for name in get_args(TextField) if name not in PERSONAL_FIELDS)
_NUMBERS = ("quantity", "unit_price", "gross_sales", "unit_cost", *_TURNED_WITH_A_RETURN)


@dataclass(frozen=True)
class Outcome:
    """What a stretch of a file became; every row is in exactly one of the three.

    Attributes:
        sales: Rows of the table `sales`.
        rejected: Rows of the table `rejected_rows`, as cells.
        skipped: How many rows are no sale.
    """

    sales: pa.Table
    rejected: list[dict[str, str | None]]
    skipped: int

    @property
    def rows(self) -> int:
        """How many rows of the file this is."""
        return self.sales.num_rows + len(self.rejected) + self.skipped


@dataclass(frozen=True)
class Layout:
    """A connection's mapping on one file: the columns that this file has.

    Attributes:
        settings: The connection.
        file: The file.
        fields: Unified field -> the columns it is read from.
    """

    settings: CsvConnection
    file: SalesFile
    fields: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, settings: CsvConnection, file: SalesFile) -> "Layout":
        """Fits the mapping to a file.

        Raises:
            DataFormatError: The file lacks a column that the mapping needs, or its currency is unknown.
        """
        optional = {
            name: columns
            for name, columns in settings.optional_columns.items()
            if all(column in file.header for column in columns)
        }
        layout = cls(settings, file, {**settings.columns, **optional})
        file.require(layout.source_columns)
        if settings.currency is None and not {"currency"} & (layout.fields.keys() | settings.constants.keys()):
            raise DataFormatError(
                f"{file.name} has no column {settings.optional_columns['currency'][0]}: set currency in the connection"
            )
        return layout

    @cached_property
    def source_columns(self) -> tuple[str, ...]:
        """The file's columns that are read, each once."""
        mapped = (column for columns in self.fields.values() for column in columns)
        return tuple(dict.fromkeys((*mapped, *self.settings.rule_columns)))

    @property
    def shown_columns(self) -> tuple[str, ...]:
        """The mapped columns that identify nobody."""
        personal = {column for name in PERSONAL_FIELDS for column in self.fields.get(name, ())}
        mapped = (column for columns in self.fields.values() for column in columns)
        return tuple(column for column in dict.fromkeys(mapped) if column not in personal)

    def batches(self, rows: int = ROWS_PER_BATCH) -> Iterator[Batch]:
        """The file's rows; whole orders together where rows of an order share values."""
        batches = self.file.batches(self.source_columns, rows)
        shared = self.settings.fill_down or "order_discount" in self.fields
        return whole_orders(batches, self.fields["order_id"]) if shared else batches


class SalesParser:
    """Turns batches of one file into sales.

    Args:
        layout: The mapping on the file.
        file_hash: What the file is known by.
        stamp: What is written on every row.
    """

    def __init__(self, layout: Layout, file_hash: str, stamp: Stamp) -> None:
        self._layout = layout
        self._settings = layout.settings
        self._file_hash = file_hash
        self._stamp = stamp
        zone = ZoneInfo(str(layout.settings.timezone))
        self._times = SaleTimes(layout.settings.date_format, zone, stamp.loaded_at + timedelta(days=1))
        start = layout.settings.start_date
        self._start = datetime.combine(start, time(0), zone).astimezone(UTC) if start else None

    def outcomes(self) -> Iterator[Outcome]:
        """Reads the whole file, a stretch at a time."""
        for batch in self._layout.batches():
            yield self.parse(batch)

    def parse(self, batch: Batch) -> Outcome:
        """Types a batch's rows, and sorts them into sales, rejected and skipped."""
        rows = _Rows(self._layout, batch)
        evidence = Evidence(rows.columns, rows.numbers["quantity"], rows.price)
        sold_at, time_reasons = self._times.parse(rows.text("sold_at"))
        skipped = evidence.matches_any(self._settings.not_a_sale)
        if self._start is not None:
            before = pc.less(sold_at, pa.scalar(self._start, TIMESTAMP))
            skipped = pc.or_(skipped, pc.fill_null(before, False))
        kinds = row_kinds(evidence, self._settings.returns, self._settings.write_offs)
        typed = _directed(rows, kinds, discounts_are_negative=self._settings.discounts_are_negative)
        reason = pc.coalesce(
            _because(pc.is_null(rows.text("order_id")), "order_id is empty"),
            _because(pc.is_null(rows.text("sold_at")), "sold_at is empty"),
            time_reasons,
            *rows.number_reasons,
            *_wrong_signs(rows.numbers, kinds, typed),
            *_unknown_words(rows),
        )
        rejected = pc.and_(pc.invert(skipped), pc.is_valid(reason))
        loaded = pc.and_(pc.invert(skipped), pc.is_null(reason))
        sales = self._sales(rows, kinds, typed, sold_at, evidence, loaded)
        return Outcome(
            sales=sales,
            rejected=self._rejected(batch, rows, reason, rejected),
            skipped=batch.skipped + (pc.sum(skipped).as_py() or 0),
        )

    def _sales(
        self,
        rows: "_Rows",
        kinds: pa.Array,
        typed: dict[str, pa.Array],
        sold_at: pa.Array,
        evidence: Evidence,
        loaded: pa.Array,
    ) -> pa.Table:
        settings, stamp, count = self._settings, self._stamp, len(rows.lines)
        item_ids = pc.coalesce(*(rows.text(name) for name in ITEM_FIELDS))
        by_name = pc.and_(pc.is_valid(item_ids), pc.is_null(pc.coalesce(*map(rows.text, ITEM_FIELDS[:-1]))))
        variation = rows.text("variation_name")
        full_name = pc.binary_join_element_wise(item_ids, variation, " / ", null_handling="skip")
        kind_by_default = pc.if_else(pc.is_valid(item_ids), "item", "custom")
        gift_cards = _because(evidence.matches_any(settings.gift_cards), "gift_card")
        columns = {
            **{name: rows.text(name) for name in _KEPT_TEXTS},
            **typed,
            "connection_id": pa.repeat(stamp.connection_id, count),
            "file_hash": pa.repeat(self._file_hash, count),
            "line_number": rows.lines,
            "row_kind": kinds,
            "sold_at": sold_at,
            "location_id": pc.fill_null(rows.text("location_id"), stamp.connection_id),
            "item_id": pc.if_else(by_name, full_name, item_ids),
            "line_kind": pc.coalesce(gift_cards, rows.text("line_kind"), kind_by_default),
            "currency": rows.currency,
            "customer_key": keyed_hashes(rows.text("customer_id"), hash_key=stamp.hash_key, scope=stamp.connection_id),
            "loaded_at": pa.repeat(pa.scalar(stamp.loaded_at, TIMESTAMP), count),
        }
        if "order_discount" in self._layout.fields:
            columns["discount"] = _with_order_discounts(rows, typed, loaded)
        return pa.table([columns[name] for name in SALES.schema.names], schema=SALES.schema).filter(loaded)

    def _rejected(
        self, batch: Batch, rows: "_Rows", reason: pa.Array, rejected: pa.Array
    ) -> list[dict[str, str | None]]:
        shown = [
            pc.binary_join_element_wise(column, pc.fill_null(rows.columns[column].combine_chunks(), ""), "=")
            for column in self._layout.shown_columns
        ]
        found = pa.table({
            "position": pc.cast(rows.lines, pa.string()),
            "native_id": rows.text("order_id"),
            "reason": reason,
            "text": pc.binary_join_element_wise(*shown, "; "),
        }).filter(rejected)
        misfits = [
            {"position": str(misfit.line), "native_id": None, "reason": misfit.reason, "text": None}
            for misfit in batch.misfits
        ]
        return [{"source": self._layout.file.name, **row} for row in (*found.to_pylist(), *misfits)]


class _Rows:
    """A batch under the mapping: each field as text, numbers parsed."""

    def __init__(self, layout: Layout, batch: Batch) -> None:
        settings = layout.settings
        self.lines = batch.lines
        self.columns = batch.columns
        self._layout = layout
        if settings.fill_down:
            names = [name for name in settings.fill_down if name in batch.columns.column_names]
            self.columns = filled_down(batch.columns, names, joined(batch.columns, layout.fields["order_id"], "-"))
        self._texts: dict[str, pa.Array] = {}
        self.numbers: dict[str, pa.Array] = {}
        self.number_reasons: list[pa.Array] = []
        for name in _NUMBERS:
            if not self.has(name):
                self.numbers[name] = pa.nulls(len(self.lines), DECIMAL)
                continue
            text = self.text(name)
            money = name != "quantity"
            number = parse_numbers(text, settings.decimal_mark, settings.thousands, money=money)
            self.numbers[name] = number
            unread = pc.and_(pc.is_valid(text), pc.is_null(number))
            self.number_reasons.append(
                _because(unread, f"{name} is no number with the decimal mark '{settings.decimal_mark}'")
            )
        if self.has("quantity"):
            self.number_reasons.append(_because(pc.is_null(self.text("quantity")), "quantity is empty"))
        else:
            self.numbers["quantity"] = pa.repeat(pa.scalar(1, DECIMAL), len(self.lines))

    @property
    def price(self) -> pa.Array:
        """What rules call the price."""
        return self.numbers["unit_price" if self.has("unit_price") else "gross_sales"]

    @property
    def currency(self) -> pa.Array:
        """The row's own currency, else the connection's."""
        return pc.coalesce(self.text("currency"), pa.scalar(self._layout.settings.currency, pa.string()))

    def has(self, name: str) -> bool:
        """Whether the file or a constant gives a field."""
        return name in self._layout.fields or name in self._layout.settings.constants

    def text(self, name: str) -> pa.Array:
        """A field as written; null where there is none."""
        if name not in self._texts:
            columns = self._layout.fields.get(name)
            if columns is not None:
                separator = " " if name == "sold_at" else "-"
                self._texts[name] = joined(self.columns, columns, separator)
            else:
                constant = pa.scalar(self._layout.settings.constants.get(name), pa.string())
                self._texts[name] = pa.repeat(constant, len(self.lines))
        return self._texts[name]


def _because(found: pa.Array, reason: str) -> pa.Array:
    """The reason on the rows where something was found, null elsewhere."""
    return pc.if_else(found, reason, pa.scalar(None, pa.string()))


def _directed(rows: _Rows, kinds: pa.Array, *, discounts_are_negative: bool) -> dict[str, pa.Array]:
    """Numbers without the direction, which `row_kind` says.

    A file may write a return with minus signs on the quantity, the price or the amount. Then its discount,
    tax and tip have turned their signs too, and are turned back with it.
    """
    numbers = dict(rows.numbers)
    written_negative = pc.or_(
        is_negative(numbers["quantity"]),
        pc.or_(is_negative(numbers["unit_price"]), is_negative(numbers["gross_sales"])),
    )
    turned = pc.and_(pc.equal(kinds, "return"), written_negative)
    for name in _TURNED_WITH_A_RETURN:
        numbers[name] = pc.if_else(turned, pc.negate(numbers[name]), numbers[name])
    if discounts_are_negative:
        numbers |= {name: pc.negate(numbers[name]) for name in ("discount", "order_discount")}
    for name in ("quantity", "unit_price", "gross_sales"):
        numbers[name] = pc.abs(numbers[name])
    return {name: number.cast(DECIMAL) for name, number in numbers.items()}


def _wrong_signs(numbers: dict[str, pa.Array], kinds: pa.Array, typed: dict[str, pa.Array]) -> list[pa.Array]:
    """Reasons for signs that no rule explains."""
    returned, sold = pc.equal(kinds, "return"), pc.equal(kinds, "sale")
    quantity, price, gross = (is_negative(numbers[name]) for name in ("quantity", "unit_price", "gross_sales"))
    unexplained = pc.and_(sold, quantity)
    return [
        _because(pc.and_(price, pc.or_(pc.invert(returned), quantity)), "unit_price is negative"),
        _because(unexplained, "quantity is negative, and no rule says that the row is a return or a write-off"),
        _because(pc.and_(gross, pc.invert(returned)), "gross_sales is negative, and the row is no return"),
        *(
            _because(is_negative(typed[name]), f"{name} has another sign than discounts_are_negative says")
            for name in ("discount", "order_discount")
        ),
    ]


def _unknown_words(rows: _Rows) -> list[pa.Array]:
    """Reasons for words that are not of a closed list."""
    kind, currency = rows.text("line_kind"), rows.currency
    known = pc.or_(pc.is_null(kind), pc.is_in(kind, value_set=pa.array(LINE_KINDS)))
    code = pc.fill_null(pc.match_substring_regex(currency, "^[A-Z]{3}$"), True)
    return [
        _because(pc.invert(known), f"line_kind is none of {', '.join(LINE_KINDS)}"),
        _because(pc.invert(code), "currency is no code of three capital letters"),
        _because(pc.is_null(currency), "currency is empty"),
    ]


def _with_order_discounts(rows: _Rows, typed: dict[str, pa.Array], loaded: pa.Array) -> pa.Array:
    """Adds each order's own discount to the discounts of its rows that are loaded."""
    wide = pa.decimal256(30, 10)
    price = pc.multiply(typed["quantity"].cast(wide), typed["unit_price"].cast(wide))
    value = pc.coalesce(typed["gross_sales"].cast(price.type), price)
    shares = spread(typed["order_discount"], rows.text("order_id"), pc.if_else(loaded, value, None))
    return pc.add(pc.fill_null(typed["discount"], pa.scalar(0, DECIMAL)), shares).cast(DECIMAL)
