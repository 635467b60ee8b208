"""The buyer's settings: optional CSV files, checked row by row, that become tables in `raw_settings`."""

import csv
import difflib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

import duckdb
import pyarrow as pa
from pydantic import Field, ValidationError, field_validator, model_validator

from connectors.core.errors import ConfigurationError
from orchestration.recipes import RecipeRow, in_stock_units
from orchestration.settings_rows import MistakenRow, Row

AMOUNT = pa.decimal128(18, 4)
Amount = Annotated[Decimal, Field(max_digits=18, decimal_places=4)]
Days = Annotated[int, Field(ge=1, le=3650)]


class ReplenishmentRow(Row):
    """How something is ordered. An empty cell falls through: item, then supplier, category, default.

    Attributes:
        scope: What the row is about.
        key: Item key, SKU or item id; supplier id; category; empty for the default.
        lead_time_days: Days from order to receipt.
        lead_time_sd_days: Standard deviation of the lead time, in days.
        review_period_days: Days between two orders.
        service_level: Share of order cycles that shall not run out.
        pack_size: Units that are ordered together.
        minimum_order: Least units of one order.
        max_stock: Most units that there is room for.
        shelf_life_days: Days that a received unit can be sold.
    """

    scope: Literal["item", "supplier", "category", "default"]
    key: str | None = None
    lead_time_days: Annotated[Amount, Field(ge=0)] | None = None
    lead_time_sd_days: Annotated[Amount, Field(ge=0)] | None = None
    review_period_days: Days | None = None
    service_level: Annotated[Amount, Field(ge=Decimal("0.5"), le=Decimal("0.999"))] | None = None
    pack_size: Annotated[Amount, Field(gt=0)] | None = None
    minimum_order: Annotated[Amount, Field(ge=0)] | None = None
    max_stock: Annotated[Amount, Field(gt=0)] | None = None
    shelf_life_days: Days | None = None

    @model_validator(mode="after")
    def _key_fits_scope(self) -> "ReplenishmentRow":
        if self.scope == "default" and self.key is not None:
            raise ValueError("the default row has no key; leave the cell empty")
        if self.scope != "default" and self.key is None:
            raise ValueError(f"a row of scope {self.scope} needs a key; fill the cell")
        return self

    def with_gaps_from(self, other: "ReplenishmentRow") -> "ReplenishmentRow":
        """This row, with the other's values in its empty cells."""
        return other.model_copy(update=self.model_dump(exclude_none=True))


class ItemMapRow(Row):
    """Says that an item of one connection is the same thing as another's."""

    item_id: str
    item_key: str


class LocationMapRow(Row):
    """Says that a location of one connection is the same place as another's."""

    location_id: str
    location_key: str


class DaypartRow(Row):
    """A part of the day by the store's clock. It runs to the start of the next, the last over midnight.

    Attributes:
        daypart: Its name.
        starts_at_hour: Its first hour, 0 to 23.
    """

    daypart: str
    starts_at_hour: Annotated[int, Field(ge=0, le=23)]

    @field_validator("daypart")
    @classmethod
    def _is_free(cls, name: str) -> str:
        if name == "not told":
            raise ValueError("sales without a known hour are called that; choose another name")
        return name


DEFAULT = ReplenishmentRow(
    scope="default",
    lead_time_days=Decimal(7),
    lead_time_sd_days=Decimal(0),
    review_period_days=7,
    service_level=Decimal("0.95"),
    pack_size=Decimal(1),
    minimum_order=Decimal(0),
)
DAYPARTS = (
    DaypartRow(daypart="breakfast", starts_at_hour=5),
    DaypartRow(daypart="lunch", starts_at_hour=11),
    DaypartRow(daypart="afternoon", starts_at_hour=15),
    DaypartRow(daypart="dinner", starts_at_hour=17),
    DaypartRow(daypart="late night", starts_at_hour=22),
)


def _with_default(rows: list[Any]) -> list[ReplenishmentRow]:
    given = next((row for row in rows if row.scope == "default"), ReplenishmentRow(scope="default"))
    return [given.with_gaps_from(DEFAULT), *(row for row in rows if row.scope != "default")]


def _or_usual_dayparts(rows: list[Any]) -> list[DaypartRow]:
    return rows or list(DAYPARTS)


@dataclass(frozen=True)
class SettingsFile:
    """A settings file and the table that it becomes.

    Attributes:
        table: Name of the table in `raw_settings`; the file is called the same, with `.csv`.
        row: The model of a line.
        keys: Sets of columns; no two lines may share the values of one.
        schema: The table's columns.
        description: What the table is, for the catalogue.
        completed: Makes the table's rows of the file's, where it has to hold more than is written; raises
            MistakenRow where they do not fit together.
    """

    table: str
    row: type[Row]
    keys: tuple[tuple[str, ...], ...]
    schema: pa.Schema
    description: str
    completed: Callable[[list[Any]], Sequence[Row]] = list


SETTINGS_FILES = (
    SettingsFile(
        table="replenishment",
        row=ReplenishmentRow,
        keys=(("scope", "key"),),
        schema=pa.schema(
            [
                ("scope", pa.string()),
                ("key", pa.string()),
                ("lead_time_days", AMOUNT),
                ("lead_time_sd_days", AMOUNT),
                ("review_period_days", pa.int32()),
                ("service_level", AMOUNT),
                ("pack_size", AMOUNT),
                ("minimum_order", AMOUNT),
                ("max_stock", AMOUNT),
                ("shelf_life_days", pa.int32()),
            ]
        ),
        description="Lead times, review periods, service levels, pack sizes; always with a default row.",
        completed=_with_default,
    ),
    SettingsFile(
        table="item_map",
        row=ItemMapRow,
        keys=(("item_id",),),
        schema=pa.schema([("item_id", pa.string()), ("item_key", pa.string())]),
        description="Items of several connections that are the same thing, in the buyer's own words.",
    ),
    SettingsFile(
        table="location_map",
        row=LocationMapRow,
        keys=(("location_id",),),
        schema=pa.schema([("location_id", pa.string()), ("location_key", pa.string())]),
        description="Locations of several connections that are the same place, in the buyer's own words.",
    ),
    SettingsFile(
        table="dayparts",
        row=DaypartRow,
        keys=(("daypart",), ("starts_at_hour",)),
        schema=pa.schema([("daypart", pa.string()), ("starts_at_hour", pa.int32())]),
        description="Parts of the day and the hours at which they start; never empty.",
        completed=_or_usual_dayparts,
    ),
    SettingsFile(
        table="recipes",
        row=RecipeRow,
        keys=(("menu_item", "ingredient"),),
        schema=pa.schema(
            [
                ("menu_item", pa.string()),
                ("ingredient", pa.string()),
                ("quantity", pa.decimal128(18, 8)),
                ("unit", pa.string()),
            ]
        ),
        description="What menu items are made of; quantities in the unit in which the ingredient is counted.",
        completed=in_stock_units,
    ),
)


def read_settings(folder: Path) -> dict[str, pa.Table]:
    """Reads and checks every settings file.

    Args:
        folder: Where the files stand; a file that is not there means no rows.

    Returns:
        One table a file, by table name. `replenishment` always has a complete default row, and
        `dayparts` those of a usual day where the file has none.

    Raises:
        ConfigurationError: A file, column or cell cannot be used: names the file, the line and the fix.
    """
    tables = {}
    for file in SETTINGS_FILES:
        rows = _completed(file, folder / f"{file.table}.csv")
        tables[file.table] = pa.Table.from_pylist([row.model_dump() for row in rows], schema=file.schema)
    return tables


def write_settings(connection: duckdb.DuckDBPyConnection, tables: dict[str, pa.Table]) -> None:
    """Replaces the tables of `raw_settings`, all of them or none."""
    connection.execute("create schema if not exists raw_settings")
    connection.execute("begin")
    for name, table in tables.items():
        connection.register("incoming_settings", table)
        connection.execute(f'create or replace table raw_settings."{name}" as from incoming_settings')
        connection.unregister("incoming_settings")
    connection.execute("commit")


def _completed(file: SettingsFile, path: Path) -> Sequence[Row]:
    lines = list(_rows(file, path))
    try:
        return file.completed([row for _, row in lines])
    except MistakenRow as mistake:
        line = next(line for line, row in lines if row is mistake.row)
        raise ConfigurationError(f"{path}, line {line}: {mistake.reason}.") from None


def _rows(file: SettingsFile, path: Path) -> Iterator[tuple[int, Row]]:
    seen: dict[tuple[tuple[str, ...], tuple[Any, ...]], int] = {}
    for line, cells in _cells(file, path):
        try:
            row = file.row.model_validate(cells)
        except ValidationError as error:
            raise ConfigurationError(f"{path}, line {line}: {_explain(error)}.") from None
        for columns in file.keys:
            values = tuple(getattr(row, column) for column in columns)
            if (columns, values) in seen:
                named = " ".join(str(value) for value in values if value is not None)
                raise ConfigurationError(
                    f"{path}, line {line}: '{named}' stands in line {seen[columns, values]} already; "
                    "keep one of the two."
                )
            seen[columns, values] = line
        yield line, row


def _cells(file: SettingsFile, path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    if not path.exists():
        return
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            header = [name.strip() for name in next(reader, [])]
            _check_header(file, path, header)
            for cells in reader:
                if not any(cell.strip() for cell in cells):
                    continue
                if len(cells) != len(header):
                    raise ConfigurationError(
                        f"{path}, line {reader.line_num}: {len(cells)} cells under {len(header)} columns; "
                        "write one cell a column, and quote a cell that holds a comma."
                    )
                yield reader.line_num, dict(zip(header, cells, strict=True))
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path} is not UTF-8 text; save it as CSV UTF-8.") from error
    except (OSError, csv.Error) as error:
        raise ConfigurationError(f"{path} cannot be read as CSV: {error}.") from error


def _check_header(file: SettingsFile, path: Path, header: list[str]) -> None:
    known = list(file.row.model_fields)
    for name in header:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean '{close[0]}'?" if close else f"known are: {', '.join(known)}."
            raise ConfigurationError(f"{path}, line 1: there is no column '{name}'; {hint}")
        if header.count(name) > 1:
            raise ConfigurationError(f"{path}, line 1: the column '{name}' stands there twice; keep one.")
    for name, field in file.row.model_fields.items():
        if field.is_required() and name not in header:
            raise ConfigurationError(f"{path}, line 1: the column '{name}' is missing; add it.")


def _explain(error: ValidationError) -> str:
    first = error.errors()[0]
    reason = first["msg"].removeprefix("Value error, ")
    if not first["loc"]:
        return reason
    given = "an empty cell" if first["input"] is None else f"'{first['input']}'"
    return f"{first['loc'][0]} is {given}; {reason[0].lower()}{reason[1:]}"
