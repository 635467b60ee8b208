"""Times as files and APIs write them, read exactly as moments in UTC."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

DAY_WITHOUT_TIME = time(12, 0)
"""A date alone counts as noon: no cut-off and no change of the clocks can move it to another day."""

EARLIEST_YEAR = 1970
LATEST_YEAR = 9000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECONDS = {"epoch": 1_000_000, "epoch_ms": 1000}
"""In one unit of a time that counts from 1970 on."""
_TIME_CODES = ("%H", "%I", "%c", "%X")


@dataclass(frozen=True)
class WrittenTimes:
    """Reads times of one origin.

    A local time that the clocks skip in spring is refused; one that they repeat in autumn is taken as the
    earlier of the two.

    Attributes:
        formats: `iso`, `epoch` (seconds since 1970), `epoch_ms`, or format codes of `datetime.strptime`, in
            the order in which they are tried.
        zone: The time zone of times that name no offset; None: such times are refused.
    """

    formats: Sequence[str]
    zone: ZoneInfo | None

    def read(self, text: str) -> datetime | str:
        """The moment in UTC, or in a few words why the text is none."""
        written = next((found for layout in self.formats if (found := _match(text, layout))), None)
        if written is None:
            return f"is no date in the format {' or '.join(self.formats)}"
        if written.year < EARLIEST_YEAR:
            return f"lies before {EARLIEST_YEAR}"
        if written.year > LATEST_YEAR:
            return "lies in the future"
        if written.tzinfo is not None:
            return written.astimezone(UTC)
        if self.zone is None:
            return "names no time zone, and the settings name none either"
        moment = written.replace(tzinfo=self.zone).astimezone(UTC)
        exists = moment.astimezone(self.zone).replace(tzinfo=None) == written
        return moment if exists else f"does not exist in {self.zone.key}: the clocks skip this hour"


def _match(text: str, layout: str) -> datetime | None:
    try:
        if layout in MICROSECONDS:
            return EPOCH + timedelta(microseconds=int(Decimal(text) * MICROSECONDS[layout]))
        if layout == "iso" and text.isdigit() and len(text) > len("20260131"):
            return None  # a number; it may still look like a day, a separator and an hour
        written = datetime.fromisoformat(text) if layout == "iso" else datetime.strptime(text, layout)
    except (ValueError, InvalidOperation, OverflowError):
        return None
    has_time = ":" in text or "T" in text if layout == "iso" else any(code in layout for code in _TIME_CODES)
    return written if has_time else datetime.combine(written, DAY_WITHOUT_TIME)
