"""A connection's mapping applied to one file: which columns it has, and each row's fields as written."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from connectors.core.errors import DataFormatError
from connectors.core.tables import DECIMAL
from connectors.csv.fields import NUMBER_FIELDS, PERSONAL_FIELDS
from connectors.csv.numbers import parse_numbers
from connectors.csv.orders import cells, filled_down, joined, whole_orders
from connectors.csv.reader import ROWS_PER_BATCH, Batch, SalesFile
from connectors.csv.settings import CsvConnection


@dataclass(frozen=True)
class Layout:
    """The part of a mapping that one file can serve.

    Attributes:
        settings: The connection.
        file: The file.
        fields: Unified field -> the columns it is read from.
        constants: Unified field -> the value of every row.
    """

    settings: CsvConnection
    file: SalesFile
    fields: dict[str, tuple[str, ...]]
    constants: dict[str, str]

    @classmethod
    def of(cls, settings: CsvConnection, file: SalesFile) -> "Layout":
        """Fits the mapping to a file.

        Raises:
            DataFormatError: The file lacks a column that the mapping needs, or its currency is unknown.
        """
        fields: dict[str, tuple[str, ...]] = {
            **{str(name): columns for name, columns in settings.columns.items()},
            **{
                str(name): columns
                for name, columns in settings.optional_columns.items()
                if set(columns) <= set(file.header)
            },
        }
        constants = {str(name): value for name, value in settings.constants.items()}
        layout = cls(settings, file, fields, constants)
        file.require(layout.source_columns)
        if settings.currency is None and not layout.gives("currency"):
            raise DataFormatError(
                f"{file.name} has no column '{settings.optional_columns['currency'][0]}': "
                f"set currency in the connection {settings.id}"
            )
        return layout

    @cached_property
    def mapped_columns(self) -> tuple[str, ...]:
        """The file's columns that become a field, each once."""
        return tuple(dict.fromkeys(column for columns in self.fields.values() for column in columns))

    @cached_property
    def source_columns(self) -> tuple[str, ...]:
        """The file's columns that are read, each once."""
        return tuple(dict.fromkeys((*self.mapped_columns, *sorted(self.settings.rule_columns))))

    @cached_property
    def shown_columns(self) -> tuple[str, ...]:
        """The mapped columns that identify nobody."""
        personal = {column for name in PERSONAL_FIELDS for column in self.fields.get(name, ())}
        return tuple(column for column in self.mapped_columns if column not in personal)

    def gives(self, name: str) -> bool:
        """Whether a column or a constant gives a field."""
        return name in self.fields or name in self.constants

    def batches(self, rows: int = ROWS_PER_BATCH) -> Iterator[Batch]:
        """The file's rows; whole orders together where rows of an order share values."""
        batches = self.file.batches(self.source_columns, rows)
        shared = self.settings.fill_down or "order_discount" in self.fields
        return whole_orders(batches, self.fields["order_id"]) if shared else batches


class MappedRows:
    """A batch under its layout.

    Attributes:
        lines: Line number of each row.
        columns: The file's columns as text, filled down where the mapping says so.
        numbers: Each number field as written, signs included; null where there is none.
        faults: For each thing that can be wrong with a number, the reason on the rows where it is.
    """

    def __init__(self, layout: Layout, batch: Batch) -> None:
        settings = layout.settings
        self.lines = batch.lines
        self.columns = batch.columns
        self.numbers: dict[str, pa.Array] = {}
        self.faults: list[pa.Array] = []
        self._layout = layout
        self._texts: dict[str, pa.Array] = {}
        if settings.fill_down:
            names = [name for name in settings.fill_down if name in batch.columns.column_names]
            order_ids = joined(cells(batch.columns, layout.fields["order_id"]), "-")
            self.columns = filled_down(batch.columns, names, order_ids)
        for name in NUMBER_FIELDS:
            self.numbers[name] = self._number(name)
        if layout.gives("quantity"):
            self.faults.append(because(pc.is_null(self.text("quantity")), "quantity is empty"))
        else:
            self.numbers["quantity"] = pa.repeat(pa.scalar(1, DECIMAL), len(self.lines))

    def _number(self, name: str) -> pa.Array:
        if not self._layout.gives(name):
            return pa.nulls(len(self.lines), DECIMAL)
        mark, thousands = self._layout.settings.decimal_mark, self._layout.settings.thousands
        text = self.text(name)
        number = parse_numbers(text, mark, thousands, money=name != "quantity")
        unread = pc.and_(pc.is_valid(text), pc.is_null(number))
        self.faults.append(because(unread, f"{name} is no number with the decimal mark '{mark}'"))
        return number

    def text(self, name: str) -> pa.Array:
        """A field as written; null where there is none."""
        if name not in self._texts:
            columns = self._layout.fields.get(name)
            if columns is None:
                constant = pa.scalar(self._layout.constants.get(name), pa.string())
                self._texts[name] = pa.repeat(constant, len(self.lines))
            else:
                self._texts[name] = joined(cells(self.columns, columns), " " if name == "sold_at" else "-")
        return self._texts[name]

    @property
    def currency(self) -> pa.Array:
        """The row's own currency, else the connection's."""
        return pc.coalesce(self.text("currency"), pa.scalar(self._layout.settings.currency, pa.string()))

    @property
    def price(self) -> pa.Array:
        """What rules call the price: the unit price, or gross sales where no unit price is mapped."""
        return self.numbers["unit_price" if self._layout.gives("unit_price") else "gross_sales"]


def because(found: pa.Array, reason: str) -> pa.Array:
    """The reason on the rows where something was found, null elsewhere."""
    return pc.if_else(found, reason, pa.scalar(None, pa.string()))
