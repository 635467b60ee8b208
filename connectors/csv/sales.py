"""One file's rows as typed sales, with a reason for every row that cannot be one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from connectors.core.hashing import keyed_hashes
from connectors.core.projector import Stamp
from connectors.core.tables import DECIMAL, TIMESTAMP
from connectors.csv.dates import SaleTimes
from connectors.csv.fields import ITEM_FIELDS, KEPT_TEXT_FIELDS, LINE_KINDS
from connectors.csv.layout import Layout, MappedRows, because
from connectors.csv.orders import spread
from connectors.csv.reader import Batch
from connectors.csv.rules import matches_any, row_kinds, without_direction, wrong_signs
from connectors.csv.schema import SALES


@dataclass(frozen=True)
class Outcome:
    """What a stretch of a file became; every row is in exactly one of the three.

    Attributes:
        sales: Rows of the table `sales`.
        rejected: Rows of the table `rejected_rows`, as cells. Their text holds the mapped columns but those
            that identify people.
        skipped: How many rows are no sale.
    """

    sales: pa.Table
    rejected: list[dict[str, str | None]]
    skipped: int

    @property
    def rows(self) -> int:
        """How many rows of the file this is."""
        return int(self.sales.num_rows) + len(self.rejected) + self.skipped


class SalesParser:
    """Turns the rows of one file into sales.

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
        # A store east of the machine may be a day ahead of it.
        self._times = SaleTimes(layout.settings.date_format, zone, stamp.loaded_at + timedelta(days=1))
        start = layout.settings.start_date
        self._start = datetime.combine(start, time(0), zone).astimezone(UTC) if start else None

    def outcomes(self) -> Iterator[Outcome]:
        """Reads the whole file, a stretch at a time."""
        for batch in self._layout.batches():
            yield self.parse(batch)

    def parse(self, batch: Batch) -> Outcome:
        """Types a batch's rows, and sorts them into sales, rejected and skipped."""
        rows = MappedRows(self._layout, batch)
        kinds = row_kinds(self._settings, rows)
        numbers = without_direction(self._settings, rows, kinds)
        sold_at, time_faults = self._times.parse(rows.text("sold_at"))
        reason = pc.coalesce(
            because(pc.is_null(rows.text("order_id")), "order_id is empty"),
            because(pc.is_null(rows.text("sold_at")), "sold_at is empty"),
            time_faults,
            *rows.faults,
            *wrong_signs(rows, kinds, numbers),
            *_unknown_words(rows),
        )
        skipped = pc.or_(matches_any(self._settings.not_a_sale, rows), self._before_the_start(sold_at))
        loaded = pc.and_(pc.invert(skipped), pc.is_null(reason))
        if "order_discount" in self._layout.fields:
            numbers["discount"] = _with_order_discounts(rows.text("order_id"), numbers, loaded)
        columns = {**self._texts(rows), **numbers, "row_kind": kinds, "sold_at": sold_at}
        sales = pa.table([columns[name] for name in SALES.schema.names], schema=SALES.schema)
        return Outcome(
            sales=sales.filter(loaded),
            rejected=self._rejected(batch, rows, pc.if_else(skipped, None, reason)),
            skipped=batch.skipped + (pc.sum(skipped).as_py() or 0),
        )

    def _before_the_start(self, sold_at: pa.Array) -> pa.Array:
        if self._start is None:
            return pa.repeat(pa.scalar(False), len(sold_at))
        return pc.fill_null(pc.less(sold_at, pa.scalar(self._start, TIMESTAMP)), False)

    def _texts(self, rows: MappedRows) -> dict[str, pa.Array]:
        """The columns that are neither numbers nor decided by a rule on them."""
        stamp, count = self._stamp, len(rows.lines)
        item_id = _item_ids(rows)
        gift_cards = because(matches_any(self._settings.gift_cards, rows), "gift_card")
        kind_by_default = pc.if_else(pc.is_valid(item_id), "item", "custom")
        customers = rows.text("customer_id")
        return {
            **{name: rows.text(name) for name in KEPT_TEXT_FIELDS},
            "connection_id": pa.repeat(stamp.connection_id, count),
            "file_hash": pa.repeat(self._file_hash, count),
            "line_number": rows.lines,
            "location_id": pc.fill_null(rows.text("location_id"), stamp.connection_id),
            "item_id": item_id,
            "line_kind": pc.coalesce(gift_cards, rows.text("line_kind"), kind_by_default),
            "currency": rows.currency,
            "customer_key": keyed_hashes(customers, hash_key=stamp.hash_key, scope=stamp.connection_id),
            "loaded_at": pa.repeat(pa.scalar(stamp.loaded_at, TIMESTAMP), count),
        }

    def _rejected(self, batch: Batch, rows: MappedRows, reason: pa.Array) -> list[dict[str, str | None]]:
        shown = [
            pc.binary_join_element_wise(name, pc.fill_null(rows.columns[name].combine_chunks(), ""), "=")
            for name in self._layout.shown_columns
        ]
        cells = {
            "position": pc.cast(rows.lines, pa.string()),
            "native_id": rows.text("order_id"),
            "reason": reason,
            "text": pc.binary_join_element_wise(*shown, "; "),
        }
        misfits = [
            {"position": str(misfit.line), "native_id": None, "reason": misfit.reason, "text": None}
            for misfit in batch.misfits
        ]
        found = pa.table(cells).filter(pc.is_valid(reason)).to_pylist()
        return [{"source": self._layout.file.name, **row} for row in (*found, *misfits)]


def _item_ids(rows: MappedRows) -> pa.Array:
    """The first of id, SKU, barcode and name that a row gives; a name is told apart by its variation."""
    *codes, name = (rows.text(field) for field in ITEM_FIELDS)
    full_name = pc.coalesce(pc.binary_join_element_wise(name, rows.text("variation_name"), " / "), name)
    return pc.coalesce(*codes, full_name)


def _unknown_words(rows: MappedRows) -> list[pa.Array]:
    """Reasons for words that are not of a closed list."""
    kind, currency = rows.text("line_kind"), rows.currency
    known = pc.or_(pc.is_null(kind), pc.is_in(kind, value_set=pa.array(LINE_KINDS)))
    is_code = pc.fill_null(pc.match_substring_regex(currency, "^[A-Z]{3}$"), True)
    return [
        because(pc.invert(known), f"line_kind is none of {', '.join(LINE_KINDS)}"),
        because(pc.invert(is_code), "currency is no code of three capital letters"),
        because(pc.is_null(currency), "currency is empty"),
    ]


def _with_order_discounts(order_ids: pa.Array, numbers: Mapping[str, pa.Array], loaded: pa.Array) -> pa.Array:
    """Adds each order's own discount to the discounts of its rows that are loaded."""
    wide = pa.decimal256(30, 10)
    price = pc.multiply(numbers["quantity"].cast(wide), numbers["unit_price"].cast(wide))
    value = pc.coalesce(numbers["gross_sales"].cast(price.type), price)
    shares = spread(numbers["order_discount"], order_ids, pc.if_else(loaded, value, None))
    own = pc.fill_null(numbers["discount"], pa.scalar(0, DECIMAL))
    # Arrow types a sum one digit wider than its parts, and the warehouse's type is the widest there is.
    return pc.add(own.cast(pa.decimal128(30, 10)), shares.cast(pa.decimal128(30, 10))).cast(DECIMAL)
