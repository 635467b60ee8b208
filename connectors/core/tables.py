"""The wire schema: which fields of a vendor's records are kept, where they stand and what type they have.

A field that no table names is never read into memory as a value. That makes the wire schema the privacy
rule as well: no name of a person, e-mail, phone, address, card number or free-text note may be listed.
"""

from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

TEXT = pa.string()
INTEGER = pa.int64()
BOOLEAN = pa.bool_()
DECIMAL = pa.decimal128(38, 10)
"""Read from number tokens and strings alike; narrowed to decimal(18,4) above the raw layer.

Exact to ten places: what stands behind them is the noise of a vendor's binary fractions, and is rounded off.
"""
TIMESTAMP = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True)
class Column:
    """One kept field.

    Attributes:
        name: Name of the column in the warehouse.
        path: Place of the field, relative to the table's own record, steps parted by "/"; each leading ".."
            goes up to the record that the list stands in ("../id" in a line is the id of its order).
        type: Type of the column in the warehouse.
        hashed: The value identifies a customer: it is replaced by its keyed hash before it is kept.
        only_with: A path that must not be null for the value to be kept (a name is free text unless the
            record also names a catalogue item).
    """

    name: str
    path: str
    type: pa.DataType = TEXT
    hashed: bool = False
    only_with: str | None = None


@dataclass(frozen=True)
class Table:
    """One raw table and how its rows are found in an endpoint's answer.

    Attributes:
        name: Name of the table in the schema `raw_<pos>`.
        records: Place of its records in the answer: lists, one inside the other, parted by "/"
            ("orders/line_items/modifiers"); "" when the answer itself is the one record.
        key: Columns that, with `connection_id`, name a row. A record without them is rejected.
        columns: The kept fields.
        newest_by: Of two rows with one key the one with the greater value here is kept.
        only_where: A path that must not be null for a record to be a row of this table.
        fault: A path where `prepare` has put down why a record cannot be used; such a record is rejected.
        constants: Columns filled from the question or the connection's settings, not from the answer.
        landed: Its rows are kept; else they only raise further questions.
        description: What a row is, for the warehouse's catalogue.
    """

    name: str
    records: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    newest_by: str | None = None
    only_where: str | None = None
    fault: str | None = None
    constants: tuple[tuple[str, pa.DataType], ...] = ()
    landed: bool = True
    description: str = ""

    @cached_property
    def schema(self) -> pa.Schema:
        """The warehouse's columns: `connection_id` first, `loaded_at` last; those of the key never null."""
        return pa.schema(
            [
                pa.field("connection_id", TEXT, nullable=False),
                *(self._field(column.name, column.type) for column in self.columns),
                *(self._field(name, kind) for name, kind in self.constants),
                pa.field("loaded_at", TIMESTAMP, nullable=False),
            ]
        )

    def _field(self, name: str, kind: pa.DataType) -> pa.Field:
        return pa.field(name, kind, nullable=name not in self.key)


REJECTED_ROWS = Table(
    name="rejected_rows",
    records="",
    key=("source", "position"),
    columns=(
        Column("source", ""),
        Column("position", ""),
        Column("native_id", ""),
        Column("reason", ""),
        Column("text", ""),
    ),
    newest_by="loaded_at",
    description="A record or file row that could not be read, and why. Every connector has this table.",
)
"""`source` is the endpoint's table or the file's name; `position` a file's line number, or the record's id.

`text` holds the values of mapped columns only (files), so that a rejected row carries no personal data
either.
"""
