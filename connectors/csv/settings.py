"""The settings of a CSV connection: where its files lie, and what their columns mean."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from connectors.core.connection import Connection
from connectors.csv.fields import ITEM_FIELDS, NUMBER_FIELDS
from connectors.csv.fields import Field as UnifiedField
from connectors.csv.presets import PRESETS


def _as_tuple(value: Any) -> Any:
    """Lets one value stand for a list of one."""
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list | tuple) else (value,)


Texts = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]
ColumnNames = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]


class Rule(BaseModel):
    """A condition on a row; every part that is given must hold.

    Attributes:
        column: A column of the file, compared with `equals` or `starts_with`.
        equals: The cell is one of these texts.
        starts_with: The cell begins with one of these texts.
        quantity: The row's quantity is negative.
        price: The row's unit price (gross sales where no unit price is mapped) is zero or negative.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str | None = None
    equals: Texts = ()
    starts_with: Texts = ()
    quantity: Literal["negative"] | None = None
    price: Literal["zero", "negative"] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.column is not None and not (self.equals or self.starts_with):
            raise ValueError(f"the rule on column '{self.column}' needs equals or starts_with")
        if self.column is None and (self.equals or self.starts_with):
            raise ValueError("equals and starts_with need a column")
        if self.column is None and self.quantity is None and self.price is None:
            raise ValueError("a rule needs a column, quantity: negative or price: zero")
        return self


Rules = Annotated[tuple[Rule, ...], BeforeValidator(_as_tuple)]


def _with_preset(values: Mapping[str, Any]) -> dict[str, Any]:
    """Puts a preset's keys below the connection's own; columns are merged one by one."""
    preset = values.get("preset", None if values.get("columns") else "plain")
    if preset is None:
        return dict(values)
    if preset not in PRESETS:
        raise ValueError(f"preset '{preset}' is unknown; there are: {', '.join(PRESETS)}")
    base = PRESETS[preset]
    own = values.get("columns") or {}
    optional = values.get("optional_columns") or {}
    if not isinstance(own, Mapping) or not isinstance(optional, Mapping):
        return dict(values)
    columns = {**base["columns"], **own}
    return {
        **base,
        **values,
        "columns": {name: column for name, column in columns.items() if name not in optional},
        "optional_columns": {
            name: column
            for name, column in {**base.get("optional_columns", {}), **optional}.items()
            if name not in own
        },
    }


class CsvConnection(Connection):
    """Files of sales, dropped in a folder.

    Attributes:
        inbox: The folder, or one file. Default: `$CSV_INBOX/<connection id>`, else `inbox/<connection id>`.
        preset: A mapping to start from. Default: `plain`, unless `columns` is given.
        columns: Unified field -> column of the file, or several columns to be joined. None unmaps a field.
        optional_columns: The same for columns that some files lack.
        constants: Unified field -> the value of every row.
        date_format: Format codes of `datetime.strptime`, or `iso`; of several, the first that fits is used.
        currency: ISO 4217 code; needed unless a column is mapped to it.
        decimal_mark: The mark before the decimals.
        thousands_mark: The mark between groups of three digits. Default: the other one of `.` and `,`.
        delimiter: The mark between fields.
        encoding: A codec of Python; `utf-8` also reads files with a byte order mark.
        returns: Rows that give goods back.
        write_offs: Rows that take stock away without a sale. A row that is a return is not asked.
        not_a_sale: Rows to skip; they are counted.
        gift_cards: Rows that sell a gift card.
        footer: Beginnings of the first cell of rows that hold totals; they are skipped and counted.
        fill_down: Columns of which only the first row of an order has the value.
        discounts_are_negative: The file writes a discount on a sale with a minus sign.
        when_order_repeats: `replace`: an order's newest file holds all of it. `add`: each file holds a part.
        store_name: Name of the one store, where no column names it. Default: the connection's id.
        max_rejected_share: A file in which more than this share of rows cannot be read is not loaded.
    """

    pos: Literal["csv"] = "csv"
    inbox: Path | None = None
    preset: str | None = None
    columns: dict[UnifiedField, ColumnNames]
    optional_columns: dict[UnifiedField, ColumnNames] = {}
    constants: dict[UnifiedField, str] = {}
    date_format: Annotated[Texts, Field(min_length=1)] = ("iso",)
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")
    decimal_mark: Literal[".", ","] = "."
    thousands_mark: Literal[".", ",", " ", "'", ""] | None = None
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    encoding: str = "utf-8"
    returns: Rules = ()
    write_offs: Rules = ()
    not_a_sale: Rules = ()
    gift_cards: Rules = ()
    footer: Texts = ()
    fill_down: ColumnNames = ()
    discounts_are_negative: bool = False
    when_order_repeats: Literal["replace", "add"] = "replace"
    store_name: str | None = None
    max_rejected_share: float = Field(default=0.05, ge=0, le=1)

    @model_validator(mode="before")
    @classmethod
    def _start_from_the_preset(cls, values: Any) -> Any:
        return _with_preset(values) if isinstance(values, Mapping) else values

    @field_validator("columns", "optional_columns", mode="after")
    @classmethod
    def _drop_unmapped(cls, mapping: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        return {name: columns for name, columns in mapping.items() if columns}

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, name: str) -> str:
        try:
            "".encode(name)
        except LookupError:
            raise ValueError(
                f"'{name}' is no text encoding; usual ones are utf-8, cp1252 and utf-16"
            ) from None
        return name

    @model_validator(mode="after")
    def _complete(self) -> Self:
        mapped = {*self.columns, *self.optional_columns, *self.constants}
        if self.timezone is None:
            raise ValueError("timezone is missing: write the store's, like Europe/London")
        if "order_id" not in self.columns:
            raise ValueError(
                "columns.order_id is missing: map it to the receipt's number, or to a list of columns that "
                "tell one receipt from another"
            )
        if "sold_at" not in self.columns:
            raise ValueError("columns.sold_at is missing: map it to the date of the sale, or to [date, time]")
        if self.currency is None and "currency" not in mapped:
            raise ValueError("currency is missing: write it like EUR, or map columns.currency")
        if not mapped.intersection((*ITEM_FIELDS, "unit_price", "gross_sales")):
            raise ValueError(f"columns maps neither an item ({', '.join(ITEM_FIELDS)}) nor an amount")
        twice = (self.columns.keys() | self.optional_columns.keys()) & self.constants.keys()
        if twice:
            raise ValueError(f"{sorted(twice)[0]} is both in columns and in constants")
        several = sorted(
            name
            for name, columns in (self.columns | self.optional_columns).items()
            if len(columns) > 1 and name in NUMBER_FIELDS
        )
        if several:
            raise ValueError(f"{several[0]} is a number and cannot be joined from several columns")
        if self.thousands_mark == self.decimal_mark:
            raise ValueError("thousands_mark and decimal_mark are the same")
        priced = mapped.intersection({"unit_price", "gross_sales"})
        if any(rule.price for rule in self.rules) and not priced:
            raise ValueError("a rule asks for a price, but neither unit_price nor gross_sales is mapped")
        named = {column for columns in (self.columns | self.optional_columns).values() for column in columns}
        unread = set(self.fill_down) - named - self.rule_columns
        if unread:
            raise ValueError(f"fill_down names '{sorted(unread)[0]}', which no field or rule reads")
        return self

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule, whatever it decides."""
        return (*self.returns, *self.write_offs, *self.not_a_sale, *self.gift_cards)

    @property
    def rule_columns(self) -> frozenset[str]:
        """Columns of the file that rules look at."""
        return frozenset(rule.column for rule in self.rules if rule.column is not None)

    @property
    def files_at(self) -> Path:
        """The folder or the one file to read."""
        return self.inbox or Path(os.environ.get("CSV_INBOX", "inbox")) / self.id

    @property
    def thousands(self) -> str:
        """The mark between groups of digits, with its default."""
        if self.thousands_mark is not None:
            return self.thousands_mark
        return "," if self.decimal_mark == "." else "."


def from_environment(environ: Mapping[str, str]) -> dict[str, Any] | None:
    """The connection that `CSV_INBOX` alone gives: files in the plain layout.

    They lie in `$CSV_INBOX/csv` where that folder exists, else in `$CSV_INBOX` itself.
    """
    inbox = environ.get("CSV_INBOX")
    if not inbox:
        return None
    own_folder = Path(inbox) / "csv"
    return {
        "preset": "plain",
        "inbox": str(own_folder if own_folder.is_dir() else Path(inbox)),
        "timezone": environ.get("POS_TIMEZONE", "UTC"),
    }
