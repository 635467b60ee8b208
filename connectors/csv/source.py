"""The dlt source: every file of the inbox that is not in the warehouse yet."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dlt
import pyarrow as pa
import pyarrow.compute as pc
from dlt.extract.source import DltSource

from connectors.core.connector import Request
from connectors.core.errors import DataFormatError
from connectors.core.hints import with_table_hints
from connectors.core.projector import Stamp, rejected_rows
from connectors.core.tables import REJECTED_ROWS
from connectors.csv.inbox import content_hash, files_in
from connectors.csv.layout import Layout
from connectors.csv.reader import Dialect, SalesFile
from connectors.csv.sales import Outcome, SalesParser
from connectors.csv.schema import FILES, LOCATIONS, SALES
from connectors.csv.settings import CsvConnection

_COUNTS = ("rows_read", "rows_loaded", "rows_rejected", "rows_skipped")
_NO_MATTER_TO_ROWS = {
    "inbox",
    "preset",
    "store_name",
    "business_day_cutoff",
    "when_order_repeats",
    "max_rejected_share",
}


def source(settings: CsvConnection, request: Request) -> DltSource:
    """Builds the source for one run; files know no windows, so what is new is read whole.

    dlt state, which is part of the warehouse, remembers each file by the hash of its content together with
    the mapping it was read with: the same file changes nothing, a corrected mapping reads it again.
    """

    @dlt.resource(name="files")
    def files() -> Iterator[Any]:
        yield from _new_rows(settings, request, dlt.current.source_state())

    @dlt.source(name="csv")
    def csv() -> Any:
        return files

    return csv()


def _new_rows(settings: CsvConnection, request: Request, state: dict[str, Any]) -> Iterator[Any]:
    stamp = Stamp(settings.id, request.loaded_at, request.hash_key)
    known: dict[str, dict[str, Any]] = state.setdefault("files", {})
    currencies: dict[str, str] = state.setdefault("currencies", {})
    mapping = mapping_hash(settings)
    for path in files_in(settings.files_at):
        file_hash = content_hash(path)
        entry = known.get(file_hash)
        if entry is not None and entry["mapping"] == mapping:
            continue
        highest = max((other["load_order"] for other in known.values()), default=0)
        load_order = entry["load_order"] if entry else highest + 1
        reading = _Reading(settings, path, file_hash, stamp)
        yield from reading.rows()
        yield with_table_hints(FILES, reading.file_row(load_order))
        currencies.update(reading.currencies)
        known[file_hash] = {"load_order": load_order, "mapping": mapping}
    # A store's settings may change when no file does.
    stores = [_location(settings, name, currency) for name, currency in sorted(currencies.items())]
    if stores and stores != state.get("stores"):
        state["stores"] = stores
        yield with_table_hints(LOCATIONS, _stamped(LOCATIONS.schema, stores, stamp))


def mapping_hash(settings: CsvConnection) -> str:
    """Tells one way of reading files from another."""
    return hashlib.sha256(settings.model_dump_json(exclude=_NO_MATTER_TO_ROWS).encode()).hexdigest()


class _Reading:
    """The reading of one file, and what it came to."""

    def __init__(self, settings: CsvConnection, path: Path, file_hash: str, stamp: Stamp) -> None:
        self._settings = settings
        self._path = path
        self._file_hash = file_hash
        self._stamp = stamp
        self._counts: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._span: list[Any] = []
        self.currencies: dict[str, str] = {}

    def rows(self) -> Iterator[Any]:
        """The file's sales and rejected rows, batch by batch.

        Raises:
            DataFormatError: The file as a whole cannot be read. What was yielded before is then not loaded,
                because dlt drops an extraction that fails.
        """
        before = self._path.stat()
        file = open_file(self._settings, self._path)
        parser = SalesParser(Layout.of(self._settings, file), self._file_hash, self._stamp)
        for outcome in parser.outcomes():
            self._count(outcome)
            if outcome.sales.num_rows:
                yield _with_whole_file_hints(outcome.sales)
            if outcome.rejected:
                yield with_table_hints(REJECTED_ROWS, rejected_rows(outcome.rejected, self._stamp))
        after = self._path.stat()
        if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
            raise DataFormatError(
                f"{file.name} was written to while it was read: run again once it is complete"
            )
        self._refuse_too_many_rejections(file.name)

    def _count(self, outcome: Outcome) -> None:
        sales = outcome.sales
        self._counts.update(
            rows_read=outcome.rows,
            rows_loaded=sales.num_rows,
            rows_rejected=len(outcome.rejected),
            rows_skipped=outcome.skipped,
        )
        self._reasons.update(str(row["reason"]) for row in outcome.rejected)
        if sales.num_rows:
            self._span.extend(pc.min_max(sales["sold_at"]).as_py().values())
            for store in sales.group_by(["location_id", "currency"]).aggregate([]).to_pylist():
                self.currencies.setdefault(store["location_id"], store["currency"])

    def _refuse_too_many_rejections(self, name: str) -> None:
        read, rejected = self._counts["rows_read"], self._counts["rows_rejected"]
        if not read or rejected / read <= self._settings.max_rejected_share:
            return
        reason, times = self._reasons.most_common(1)[0]
        raise DataFormatError(
            f"{name} was not loaded: {rejected:,} of {read:,} rows cannot be read, and max_rejected_share is "
            f"{self._settings.max_rejected_share:g}; the most frequent reason ({times:,}) is: {reason}"
        )

    def file_row(self, load_order: int) -> pa.Table:
        """The row of the table `files`."""
        row = {
            "file_hash": self._file_hash,
            "file_name": self._path.name,
            **{
                name: self._counts[name]
                for name in ("rows_read", "rows_loaded", "rows_rejected", "rows_skipped")
            },
            "load_order": load_order,
            "first_sold_at": min(self._span, default=None),
            "last_sold_at": max(self._span, default=None),
        }
        return _stamped(FILES.schema, [row], self._stamp)


def _with_whole_file_hints(sales: pa.Table) -> Any:
    """Rows that replace all rows of their file, so that a corrected mapping leaves none of the old ones."""
    hints = dlt.mark.make_hints(
        table_name=SALES.name,
        write_disposition={"disposition": "merge", "strategy": "delete-insert"},
        merge_key=["connection_id", "file_hash"],
    )
    return dlt.mark.with_hints(sales, hints, create_table_variant=True)


def open_file(settings: CsvConnection, path: Path) -> SalesFile:
    """Opens a file as the connection says that its text is cut."""
    return SalesFile(path, Dialect(settings.delimiter, settings.encoding, settings.footer))


def _location(settings: CsvConnection, location_id: str, currency: str) -> dict[str, Any]:
    is_the_one_store = location_id == settings.id
    return {
        "id": location_id,
        "name": settings.store_name or settings.id if is_the_one_store else location_id,
        "timezone": settings.timezone,
        "currency": currency,
        "business_day_cutoff_minutes": settings.business_day_cutoff_minutes,
        "when_order_repeats": settings.when_order_repeats,
    }


def _stamped(schema: pa.Schema, rows: list[dict[str, Any]], stamp: Stamp) -> pa.Table:
    stamped = {"connection_id": stamp.connection_id, "loaded_at": stamp.loaded_at}
    return pa.Table.from_pylist([{**row, **stamped} for row in rows], schema=schema)
