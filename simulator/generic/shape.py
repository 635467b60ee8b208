"""How one custom API behaves: no two agree on how to sign, to page, or to write an amount."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from simulator.ledger import major_units

API_KEY = "simulated-api-key"
USERNAME, PASSWORD = "simulated-user", "simulated-password"  # open nothing but the simulator
CLIENT_ID, CLIENT_SECRET = "simulated-client", "simulated-client-secret"

MILLISECOND = timedelta(milliseconds=1)

Auth = Literal["bearer", "header", "basic", "oauth"]
Pages = Literal["cursor", "next_url", "link_header", "offset", "page_number"]


@dataclass(frozen=True)
class Shape:
    """The choices of one API.

    Attributes:
        auth: How requests are signed.
        pages: How the next page is asked for.
        records: Members in which the list of records stands; none: the answer is the list.
        minor: Amounts are whole numbers of the smallest unit, else texts in the currency's own unit.
        epoch: Times are milliseconds since 1970, else ISO 8601.
    """

    auth: Auth = "bearer"
    pages: Pages = "cursor"
    records: tuple[str, ...] = ("data",)
    minor: bool = True
    epoch: bool = False

    def amount(self, amount: int, currency: str) -> int | str:
        """An amount as this API writes it."""
        return amount if self.minor else f"{major_units(amount, currency):f}"

    def time(self, moment: datetime | None) -> int | str | None:
        """A time as this API writes it."""
        if moment is None or not self.epoch:
            return moment and moment.astimezone(UTC).isoformat()
        return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // MILLISECOND

    def moment(self, written: str) -> datetime:
        """A time as it is asked for. Raises ValueError when it is none."""
        if not self.epoch:
            return datetime.fromisoformat(written)
        return datetime(1970, 1, 1, tzinfo=UTC) + int(written) * MILLISECOND

    def enveloped(self, records: list[Any], beside: dict[str, Any]) -> Any:
        """An answer: the records in their place, and what is said of the pages beside them."""
        if not self.records:
            return records
        *outer, last = self.records
        told: dict[str, Any] = {last: records, **beside}
        for member in reversed(outer):
            told = {member: told}
        return told
