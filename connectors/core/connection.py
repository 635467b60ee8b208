"""A connection is one account of one point-of-sale system: its id, its credentials, how its days are cut."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from connectors.core.http import is_secure

DEFAULT_HISTORY = timedelta(days=730)
FIRST_TIMEZONE = timezone(timedelta(hours=14))
"""Where a day begins first: without a time zone the first day is read from there, so that it is whole."""


def known_timezone(name: str) -> str:
    """Accepts an IANA time zone name."""
    if name not in available_timezones():
        raise ValueError(f"'{name}' is no IANA time zone; write it like Europe/London or America/New_York")
    ZoneInfo(name)
    return name


def secure_url(url: str) -> str:
    """Accepts a URL to which a secret may be sent."""
    if not is_secure(url):
        raise ValueError("has to begin with https:// (http:// only for a server on this machine)")
    return url.rstrip("/")


def from_variables(environ: Mapping[str, str], prefix: str, names: Iterable[str]) -> dict[str, str]:
    """The settings that variables called `PREFIX_NAME` give; an empty one gives none."""
    return {name: environ[variable] for name in names if environ.get(variable := f"{prefix}_{name.upper()}")}


TimezoneName = Annotated[str, AfterValidator(known_timezone)]
SecureUrl = Annotated[str, AfterValidator(secure_url)]


class Connection(BaseModel):
    """What every connection has, whatever its vendor.

    Attributes:
        id: Short name, part of every key in the warehouse; never change it once data is loaded.
        pos: The vendor, one of the registry's names.
        start_date: Nothing sold before this day is asked for. Default: two years before the first load.
        timezone: Overrides the store's time zone where the vendor tells none.
        business_day_cutoff: Sales before this local time belong to the day before.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    pos: str
    start_date: date | None = None
    timezone: TimezoneName | None = None
    business_day_cutoff: time = time(0, 0)

    @property
    def business_day_cutoff_minutes(self) -> int:
        """The cut-off in minutes after midnight."""
        return self.business_day_cutoff.hour * 60 + self.business_day_cutoff.minute


class ApiConnection(Connection):
    """A connection that is read over the network, by windows of time.

    Attributes:
        lookback: How far behind the last run changes are read once more.
    """

    lookback: timedelta = Field(ge=timedelta(0))

    def history_start(self, now: datetime) -> datetime:
        """The first moment whose sales are asked for."""
        day = self.start_date or (now - DEFAULT_HISTORY).date()
        zone = ZoneInfo(self.timezone) if self.timezone else FIRST_TIMEZONE
        return datetime.combine(day, time(0), zone).astimezone(UTC)


class OAuthConnection(ApiConnection):
    """A connection whose access token expires and is kept between runs.

    Attributes:
        token_folder: Where it is kept, readable for the owner alone. Default: `tokens` in `POS_DATA_DIR`.
    """

    token_folder: Path = Path("data/tokens")

    @property
    def token_file(self) -> Path:
        """Where this connection's token is kept."""
        return self.token_folder / f"{self.pos}__{self.id}.json"
