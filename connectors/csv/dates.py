"""The time of a sale, from the local time that a file writes to UTC."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pyarrow as pa

from connectors.core.tables import TIMESTAMP

DAY_WITHOUT_TIME = time(12, 0)
"""A date alone counts as noon: no cut-off and no change of the clocks can move it to another day."""

EARLIEST_YEAR = 1970
_TIME_CODES = ("%H", "%I", "%c", "%X")


@dataclass(frozen=True)
class SaleTimes:
    """Reads the times of one connection's files.

    Attributes:
        formats: Format codes of `datetime.strptime`, or `iso`, in the order in which they are tried.
        zone: The store's time zone, for times that name no offset.
        latest: No sale is later than this.
    """

    formats: Sequence[str]
    zone: ZoneInfo
    latest: datetime

    def parse(self, values: pa.Array) -> tuple[pa.Array, pa.Array]:
        """Turns texts into UTC times.

        A local time that the clocks skip in spring is refused; one that they repeat in autumn is taken as
        the earlier of the two.

        Args:
            values: Texts without outer white space.

        Returns:
            Times as timestamp[us, UTC] and reasons as text: each row with a text has one of the two.
        """
        # Distinct texts are few and strptime is exact, so that no table of formats is needed here.
        encoded = values.dictionary_encode()
        outcomes = [self._read(text) for text in encoded.dictionary.to_pylist()]
        times = pa.array([time if isinstance(time, datetime) else None for time in outcomes], TIMESTAMP)
        reasons = pa.array([reason if isinstance(reason, str) else None for reason in outcomes], pa.string())
        return times.take(encoded.indices), reasons.take(encoded.indices)

    def _read(self, text: str) -> datetime | str:
        written = self._match(text)
        if written is None:
            return f"sold_at is no date in the format {' or '.join(self.formats)}"
        if written.year < EARLIEST_YEAR:
            return f"sold_at lies before {EARLIEST_YEAR}"
        if written.year > self.latest.year + 1:
            return "sold_at lies in the future"
        moment = self._in_utc(written)
        if moment is None:
            return f"sold_at does not exist in {self.zone.key}: the clocks skip this hour"
        return moment if moment <= self.latest else "sold_at lies in the future"

    def _match(self, text: str) -> datetime | None:
        for layout in self.formats:
            try:
                written = datetime.fromisoformat(text) if layout == "iso" else datetime.strptime(text, layout)
            except ValueError:
                continue
            has_time = (
                ":" in text or "T" in text if layout == "iso" else any(c in layout for c in _TIME_CODES)
            )
            return written if has_time else datetime.combine(written, DAY_WITHOUT_TIME)
        return None

    def _in_utc(self, written: datetime) -> datetime | None:
        """The moment in UTC, or None for a local time that does not exist."""
        if written.tzinfo is not None:
            return written.astimezone(UTC)
        moment = written.replace(tzinfo=self.zone).astimezone(UTC)
        exists = moment.astimezone(self.zone).replace(tzinfo=None) == written
        return moment if exists else None


def _has_time(layout: str, text: str) -> bool:
    if layout == "iso":
        return ":" in text or "T" in text
    return any(code in layout for code in _TIME_CODES)
