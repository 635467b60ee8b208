"""What `pos check` tells of a CSV connection: its files, the mapping, and one row as it is read."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path

from connectors.core.connector import Finding
from connectors.core.errors import DataFormatError
from connectors.core.projector import Stamp
from connectors.csv.inbox import files_in, is_sales_file
from connectors.csv.layout import Layout
from connectors.csv.sales import SalesParser
from connectors.csv.settings import CsvConnection
from connectors.csv.source import open_file

SAMPLE_ROWS = 200
_NOT_OF_THE_FILE = {"connection_id", "file_hash", "customer_key", "loaded_at"}


def check(settings: CsvConnection) -> Iterator[Finding]:
    """Tries everything that a run needs, on the newest file; nothing is loaded."""
    try:
        files = files_in(settings.files_at)
    except (DataFormatError, OSError) as error:
        yield Finding("inbox", holds=False, detail=str(error))
        return
    yield Finding("inbox", holds=True, detail=_census(settings.files_at, files))
    if not files:
        return
    try:
        file = open_file(settings, files[-1])
        layout = Layout.of(settings, file)
        yield Finding("columns", holds=True, detail=f"{file.name}: {_mapping(layout)}")
        # A sample is shown, not kept, and its customers are left out: any key will do for their hashes.
        parser = SalesParser(layout, file_hash="", stamp=Stamp(settings.id, datetime.now(UTC), b"sample"))
        batch = next(islice(layout.batches(SAMPLE_ROWS), 1))
        outcome = parser.parse(batch)
    except (DataFormatError, OSError) as error:
        yield Finding("columns", holds=False, detail=str(error))
        return
    rejected = len(outcome.rejected)
    allowed = not rejected or rejected / outcome.rows <= settings.max_rejected_share
    reason = f"; line {outcome.rejected[0]['position']}: {outcome.rejected[0]['reason']}" if rejected else ""
    yield Finding(
        "rows",
        holds=allowed,
        detail=f"of the first {outcome.rows}: {outcome.sales.num_rows} read, {outcome.skipped} skipped, "
        f"{rejected} rejected{reason}",
    )
    for row in outcome.sales.slice(0, 1).to_pylist():
        kept = {name: value for name, value in row.items() if value is not None}
        shown = (f"{name}={_short(value)}" for name, value in kept.items() if name not in _NOT_OF_THE_FILE)
        yield Finding("sample row", holds=True, detail=", ".join(shown))


def _short(value: object) -> str:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _census(place: Path, files: list[Path]) -> str:
    if place.is_file():
        return f"the file {place}"
    others = sorted(path.name for path in place.iterdir() if path.is_file() and not is_sales_file(path))
    ignored = f"; not read, being neither .csv nor .csv.gz: {', '.join(others)}" if others else ""
    return f"{len(files)} file(s) in {place}{ignored}"


def _mapping(layout: Layout) -> str:
    return ", ".join(f"{name} from {' + '.join(columns)}" for name, columns in sorted(layout.fields.items()))
