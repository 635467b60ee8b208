"""Purchase orders as CSV files: one for each supplier, and for each store and currency where they differ."""

import csv
import io
import os
import re
import shutil
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.errors import OperationError, full_disk, is_full_disk
from orchestration.files import sync_folder, write_atomically

COLUMNS = (
    *("order_date", "supplier", "store", "sku", "barcode", "item"),
    *("quantity", "pack_size", "packs", "unit_cost", "line_total", "currency"),
)
MOVES = ("date", "from_store", "to_store", "sku", "barcode", "item", "quantity")
NO_SUPPLIER = "no supplier"
BETWEEN_STORES = "between stores"

FORMULA_STARTS, BREAKS = ("=", "+", "-", "@"), ("\t", "\r", "\n")
"""What makes a spreadsheet take a cell for a formula."""

LONGEST_NAME = 80
RESERVED_NAMES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
"""What Windows takes for a device."""

Row = Mapping[str, Any]


class FolderInUse(OperationError):
    """The folder of the purchase orders holds something already."""


def write_purchase_orders(
    folder: Path, orders: pa.Table, transfers: pa.Table, stores: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Writes all files, or none.

    Text that a spreadsheet would take for a formula gets an apostrophe in front. The last line of a file is
    the total of its lines. Spreadsheets read the files as UTF-8 because of the mark at their beginning.

    Args:
        folder: A folder that does not exist yet, or is empty.
        orders: The order list; rows without quantity are left out.
        transfers: What moves between stores, in a file of its own.
        stores: What people call a store, by its key.

    Returns:
        For each file: its name, supplier, store, lines, total and currency.

    Raises:
        FolderInUse: The folder holds something: old and new orders in one folder would be ordered twice.
        OperationError: The folder cannot be written.
    """
    folder = folder.expanduser().absolute()
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise FolderInUse(
            f"{folder} is not an empty folder: name a new one, so that nothing is ordered twice."
        )
    rows = [
        {**row, "store": stores[row["location_key"]]}
        for row in orders.filter(pc.greater(orders["recommended_quantity"], 0)).to_pylist()
    ]
    files: list[dict[str, Any]] = []
    texts: dict[str, str] = {}
    for name, lines in named(grouped(rows)).items():
        first, total = lines[0], sum((line["order_cost"] or Decimal(0) for line in lines), Decimal(0))
        texts[name] = csv_text(COLUMNS, [*map(order_line, lines), total_line(lines, total)])
        files.append(
            {
                "file": name,
                "supplier": supplier_of(first),
                "store": first["store"],
                "lines": len(lines),
                "total": total,
                "currency": first["currency"],
            }
        )
    if transfers.num_rows:
        name = free_name([BETWEEN_STORES], texts)
        texts[name] = csv_text(MOVES, (move_line(row, stores) for row in transfers.to_pylist()))
        files.append(
            {**dict.fromkeys(files[0] if files else ["file"]), "file": name, "lines": transfers.num_rows}
        )
    if texts:
        write_folder(folder, texts)
    return files


def grouped(rows: Iterable[Row]) -> list[list[Row]]:
    """Rows of one supplier, store and currency, by the names of these."""
    groups: dict[tuple[str | None, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["supplier_id"], row["location_key"], row["currency"]].append(row)
    return sorted(
        groups.values(),
        key=lambda lines: (
            lines[0]["supplier_id"] is None,
            *(str(each) for each in (supplier_of(lines[0]), lines[0]["store"], lines[0]["currency"])),
        ),
    )


def named(groups: list[list[Row]]) -> dict[str, list[Row]]:
    """Groups by the names of their files: the supplier, and its store and currency where it has several."""
    stores: dict[str | None, set[str]] = defaultdict(set)
    currencies: dict[str | None, set[str]] = defaultdict(set)
    for first, *_ in groups:
        stores[first["supplier_id"]].add(first["location_key"])
        currencies[first["supplier_id"]].add(first["currency"])
    files: dict[str, list[Row]] = {}
    for lines in groups:
        supplier = lines[0]["supplier_id"]
        words = [supplier_of(lines[0])]
        words += [lines[0]["store"]] if len(stores[supplier]) > 1 else []
        words += [lines[0]["currency"] or "no currency"] if len(currencies[supplier]) > 1 else []
        files[free_name(words, files)] = lines
    return files


def free_name(words: list[str], taken: Iterable[str]) -> str:
    """A file name of these words that every system can hold, and that is not taken."""
    plain = unicodedata.normalize("NFKC", " ".join(words)).casefold()
    stem = re.sub(r"[\W_]+", "-", plain)[:LONGEST_NAME].strip("-") or "supplier"
    stem = f"{stem}-" if RESERVED_NAMES.fullmatch(stem) else stem
    names = (f"{stem}{'' if number == 1 else f'-{number}'}.csv" for number in count(1))
    return next(name for name in names if name not in set(taken))


def supplier_of(row: Row) -> str:
    """The supplier's name, for people."""
    return row["supplier_name"] or row["supplier_id"] or NO_SUPPLIER


def order_line(row: Row) -> list[str]:
    """A line of a purchase order."""
    return [
        row["as_of_date"].isoformat(),
        guarded(row["supplier_name"] or row["supplier_id"]),
        guarded(row["store"]),
        guarded(row["sku"]),
        guarded(row["barcode"]),
        guarded(row["item_name"] or row["item_key"]),
        plain(row["recommended_quantity"]),
        plain(row["pack_size"]),
        plain(row["recommended_quantity"] / row["pack_size"]),
        money(row["unit_cost"]),
        money(row["order_cost"]),
        row["currency"] or "",
    ]


def total_line(lines: list[Row], total: Decimal) -> list[str]:
    """The last line: the sum, and how many lines are not in it."""
    unpriced = sum(line["order_cost"] is None for line in lines)
    label = f"Total (lines of unknown cost: {unpriced})" if unpriced else "Total"
    cells = {"item": label, "line_total": money(total), "currency": lines[0]["currency"] or ""}
    return [cells.get(column, "") for column in COLUMNS]


def move_line(row: Row, stores: Mapping[str, str]) -> list[str]:
    """A line of what moves between stores."""
    return [
        row["as_of_date"].isoformat(),
        guarded(stores[row["from_location_key"]]),
        guarded(stores[row["to_location_key"]]),
        guarded(row["sku"]),
        guarded(row["barcode"]),
        guarded(row["item_name"] or row["item_key"]),
        plain(row["quantity"]),
    ]


def guarded(text: str | None) -> str:
    """Text that no spreadsheet takes for a formula; wide signs are as dangerous as plain ones."""
    text = text or ""
    begins = unicodedata.normalize("NFKC", text).lstrip().startswith(FORMULA_STARTS)
    return f"'{text}" if begins or text.startswith(BREAKS) else text


def plain(number: Decimal) -> str:
    """A quantity without the zeros at its end."""
    return f"{number.normalize():f}"


def money(amount: Decimal | None) -> str:
    """An amount, exact, with at least two places; nothing where it is not known."""
    if amount is None:
        return ""
    places = max(2, -int(amount.normalize().as_tuple().exponent))
    return f"{amount:.{places}f}"


def csv_text(header: Iterable[str], lines: Iterable[list[str]]) -> str:
    """A file's content."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(lines)
    return text.getvalue()


def write_folder(folder: Path, texts: Mapping[str, str]) -> None:
    """Writes files beside the folder and then moves them there together."""
    unfinished = folder.with_name(f".{folder.name}.{os.getpid()}")
    try:
        for name, text in texts.items():
            write_atomically(unfinished / name, text.encode("utf-8-sig"))
        sync_folder(unfinished)
        unfinished.replace(folder)
        sync_folder(folder.parent)
    except OSError as error:
        if is_full_disk(error):
            raise full_disk(folder) from error
        raise OperationError(f"{folder} cannot be written: {error.strerror}.") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
