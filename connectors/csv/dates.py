"""The time of a sale, from the local time that a file writes to UTC."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

import pyarrow as pa

from connectors.core.tables import TIMESTAMP
from connectors.core.times import WrittenTimes


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

    @cached_property
    def _written(self) -> WrittenTimes:
        return WrittenTimes(self.formats, self.zone)

    def _read(self, text: str) -> datetime | str:
        moment = self._written.read(text)
        if isinstance(moment, str):
            return f"sold_at {moment}"
        return moment if moment <= self.latest else "sold_at lies in the future"
