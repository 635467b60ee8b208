from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.csv.dates import SaleTimes

LATEST = datetime(2100, 1, 1, tzinfo=UTC)


def parsed(text: str, *formats: str, zone: str = "Europe/London") -> tuple[datetime | None, str | None]:
    times, reasons = SaleTimes(formats or ("iso",), ZoneInfo(zone), LATEST).parse(pa.array([text]))
    return times.to_pylist()[0], reasons.to_pylist()[0]


def test_a_local_time_becomes_utc_in_winter_and_in_summer() -> None:
    assert parsed("12/01/2010 08:26", "%m/%d/%Y %H:%M")[0] == datetime(2010, 12, 1, 8, 26, tzinfo=UTC)
    assert parsed("07/01/2011 08:26", "%m/%d/%Y %H:%M")[0] == datetime(2011, 7, 1, 7, 26, tzinfo=UTC)


def test_a_time_that_the_clocks_skip_is_refused() -> None:
    time, reason = parsed("2011-03-27 01:30:00")
    assert time is None
    assert reason == "sold_at does not exist in Europe/London: the clocks skip this hour"


def test_the_hours_beside_the_gap_are_read() -> None:
    assert parsed("2011-03-27 00:59:59")[0] == datetime(2011, 3, 27, 0, 59, 59, tzinfo=UTC)
    assert parsed("2011-03-27 02:00:00")[0] == datetime(2011, 3, 27, 1, 0, tzinfo=UTC)


def test_a_time_that_the_clocks_repeat_is_the_earlier_one() -> None:
    assert parsed("2011-10-30 01:30:00")[0] == datetime(2011, 10, 30, 0, 30, tzinfo=UTC)


def test_an_offset_goes_before_the_time_zone() -> None:
    assert parsed("2024-05-01 09:58:12 -0400", "%Y-%m-%d %H:%M:%S %z")[0] == datetime(
        2024, 5, 1, 13, 58, 12, tzinfo=UTC
    )
    assert parsed("2011-03-27T01:30:00Z")[0] == datetime(2011, 3, 27, 1, 30, tzinfo=UTC)


def test_of_several_formats_the_first_that_fits_is_used() -> None:
    formats = ("%m/%d/%Y %H:%M:%S", "%m/%d/%y %I:%M %p")
    assert parsed("03/04/2024 17:05:00", *formats)[0] == datetime(2024, 3, 4, 17, 5, tzinfo=UTC)
    assert parsed("3/4/24 5:05 PM", *formats)[0] == datetime(2024, 3, 4, 17, 5, tzinfo=UTC)


def test_a_date_alone_stays_that_day_under_any_cutoff() -> None:
    assert parsed("2024-01-15")[0] == datetime(2024, 1, 15, 12, tzinfo=UTC)
    assert parsed("15.01.2024", "%d.%m.%Y", zone="Asia/Tokyo")[0] == datetime(2024, 1, 15, 3, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2024-02-30 10:00:00", "31/12/2024", "yesterday", "2024-13-01 10:00:00"])
def test_what_is_no_date_is_refused_and_the_format_is_named(text: str) -> None:
    assert parsed(text, "%Y-%m-%d %H:%M:%S") == (None, "sold_at is no date in the format %Y-%m-%d %H:%M:%S")


@pytest.mark.parametrize(
    ("text", "reason"), [("1899-12-31 10:00", "before 1970"), ("2150-01-01 10:00", "future")]
)
def test_a_year_that_cannot_be_is_refused(text: str, reason: str) -> None:
    time, why = parsed(text)
    assert time is None
    assert why is not None
    assert reason in why


@pytest.mark.parametrize("text", ["0001-01-01 00:00", "9999-12-31 23:59"])
@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_the_ends_of_the_calendar_are_refused_not_a_crash(text: str, zone: str) -> None:
    assert parsed(text, zone=zone)[0] is None


@given(
    st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2099, 1, 1)).map(
        lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
    ),
    st.sampled_from(["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]),
)
def test_any_moment_written_in_local_time_is_read_back_or_as_its_earlier_twin(
    moment: datetime, zone: str
) -> None:
    local = moment.astimezone(ZoneInfo(zone))
    time, reason = parsed(local.strftime("%Y-%m-%d %H:%M:%S"), "%Y-%m-%d %H:%M:%S", zone=zone)
    assert reason is None
    assert time is not None
    twin = timedelta(0) if local.fold == 0 else local.replace(fold=0).astimezone(UTC) - moment
    assert time == moment + twin
