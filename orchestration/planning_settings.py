"""The buyer's settings: optional CSV files, checked row by row, that become tables in `raw_settings`."""

import csv
import difflib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import duckdb
import pyarrow as pa
from pydantic import Field, ValidationError, field_validator

from connectors.core.errors import ConfigurationError
from orchestration.ordering_rules import ReplenishmentRow, with_built_in
from orchestration.recipes import RecipeRow, in_stock_units
from orchestration.settings_rows import MistakenRow, Row

AMOUNT = pa.decimal128(18, 4)


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


DAYPARTS = (
    DaypartRow(daypart="breakfast", starts_at_hour=5),
    DaypartRow(daypart="lunch", starts_at_hour=11),
    DaypartRow(daypart="afternoon", starts_at_hour=15),
    DaypartRow(daypart="dinner", starts_at_hour=17),
    DaypartRow(daypart="late night", starts_at_hour=22),
)


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
        keys=(("scope", "key", "location"),),
        schema=pa.schema(
            [
                ("scope", pa.string()),
                ("key", pa.string()),
                ("location", pa.string()),
                ("lead_time_days", AMOUNT),
                ("lead_time_sd_days", AMOUNT),
                ("review_period_days", pa.int32()),
                ("order_days", pa.string()),
                ("service_kind", pa.string()),
                ("service_level", AMOUNT),
                ("pack_size", AMOUNT),
                ("minimum_order", AMOUNT),
                ("max_stock", AMOUNT),
                ("shelf_life_days", pa.int32()),
                ("salvage_value", AMOUNT),
                ("line", pa.int32()),
            ]
        ),
        description="Lead times, review periods, targets, pack sizes; always with a row of built-in values.",
        completed=with_built_in,
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
        One table a file, by table name. `replenishment` always ends with `BUILT_IN`, and
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
    try:
        return file.completed(list(_rows(file, path)))
    except MistakenRow as mistake:
        raise ConfigurationError(f"{path}, line {mistake.row.line}: {mistake.reason}.") from None


def _rows(file: SettingsFile, path: Path) -> Iterator[Row]:
    seen: dict[tuple[tuple[str, ...], tuple[Any, ...]], int] = {}
    for line, cells in _cells(file, path):
        try:
            row = file.row.model_validate({**cells, "line": line})
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
        yield row


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
    known = sorted(
        set(file.row.model_fields) - {"line"}, key=[*file.schema.names, *file.row.model_fields].index
    )
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
