"""Which spans of time are read next: pure arithmetic on what is remembered, without clock, network or state.

A resource is first read by date of sale, from the start of its history to the moment the first load began: a
sale's date never changes, so pages do not shift while they are read, however long that takes. From then on
it is read by date of change, from that moment on, each time reaching back by the lookback.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.core.connector import WINDOW_LENGTH, Window

BEGAN = "first_load_began"
FIRST_UNTIL = "first_load_until"
CHANGES_UNTIL = "changes_until"

Remembered = Mapping[str, str]
"""What a resource remembers between runs: times in ISO format, by name."""


@dataclass(frozen=True)
class Step:
    """One committed load.

    Attributes:
        window: The span it reads.
        by_sale_date: The span counts in time of sale, else in time of change.
        remember: What a resource remembers once the step is loaded; None forgets.
    """

    window: Window
    by_sale_date: bool
    remember: tuple[tuple[str, str | None], ...]


def split(start: datetime, end: datetime, length: timedelta) -> tuple[Window, ...]:
    """Windows without gap or overlap from start to end, none longer than `length`."""
    windows = []
    while start < end:
        stop = min(start + length, end)
        windows.append(Window(start, stop))
        start = stop
    return tuple(windows)


def plan(
    remembered: Remembered,
    *,
    start: datetime,
    now: datetime,
    lookback: timedelta,
    length: timedelta = WINDOW_LENGTH,
) -> tuple[Step, ...]:
    """The steps that bring a resource up to `now`, none longer than `length`."""
    if CHANGES_UNTIL in remembered:
        return _changes(datetime.fromisoformat(remembered[CHANGES_UNTIL]), now, lookback, length)
    began = datetime.fromisoformat(remembered[BEGAN]) if BEGAN in remembered else now
    until = datetime.fromisoformat(remembered[FIRST_UNTIL]) if FIRST_UNTIL in remembered else start
    sales = tuple(
        Step(
            window,
            by_sale_date=True,
            remember=_whole_first_load(began)
            if window.end == began
            else ((BEGAN, began.isoformat()), (FIRST_UNTIL, window.end.isoformat())),
        )
        for window in split(until, began, length)
    )
    return sales if sales and began == now else (*sales, *_changes(began, now, lookback, length))


def plan_span(remembered: Remembered, span: Window, length: timedelta = WINDOW_LENGTH) -> tuple[Step, ...]:
    """The steps of a backfill that are still to do; one that was finished starts anew."""
    name = f"backfill {span.start.isoformat()} {span.end.isoformat()}"
    start = datetime.fromisoformat(remembered[name]) if name in remembered else span.start
    return tuple(
        Step(
            window,
            by_sale_date=True,
            remember=((name, None if window.end == span.end else window.end.isoformat()),),
        )
        for window in split(start, span.end, length)
    )


def _changes(until: datetime, now: datetime, lookback: timedelta, length: timedelta) -> tuple[Step, ...]:
    return tuple(
        Step(window, by_sale_date=False, remember=((CHANGES_UNTIL, max(window.end, until).isoformat()),))
        for window in split(until - lookback, now, length)
    )


def _whole_first_load(began: datetime) -> tuple[tuple[str, str | None], ...]:
    return ((BEGAN, None), (FIRST_UNTIL, None), (CHANGES_UNTIL, began.isoformat()))
