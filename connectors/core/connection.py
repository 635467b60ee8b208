"""A connection is one account of one point-of-sale system: its id, its credentials and how its days are cut."""

from datetime import date, time
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def known_timezone(name: str) -> str:
    """Accepts an IANA time zone name."""
    if name not in available_timezones():
        raise ValueError(f"'{name}' is no IANA time zone; write it like Europe/London or America/New_York")
    ZoneInfo(name)
    return name


TimezoneName = Annotated[str, AfterValidator(known_timezone)]


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
