"""Plans of what is read next."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from connectors.core.connector import Window
from connectors.core.windows import Step, plan, plan_span, split

TIMES = st.datetimes(datetime(2015, 1, 1), datetime(2026, 12, 31)).map(lambda time: time.replace(tzinfo=UTC))
SPANS = st.timedeltas(timedelta(microseconds=1), timedelta(days=900))
LOOKBACKS = st.timedeltas(timedelta(0), timedelta(days=10))


def remembered(steps: tuple[Step, ...], before: dict[str, str] | None = None) -> dict[str, str]:
    """What is remembered once these steps are loaded."""
    state = dict(before or {})
    for step in steps:
        for name, value in step.remember:
            if value is None:
                state.pop(name, None)
            else:
                state[name] = value
    return state


def assert_whole(windows: list[Window], start: datetime, end: datetime) -> None:
    """The windows cover the span without gap or overlap."""
    assert windows[0].start == start
    assert windows[-1].end == end
    assert all(left.end == right.start for left, right in pairwise(windows))
    assert all(window.start < window.end for window in windows)


@given(TIMES, SPANS, st.timedeltas(timedelta(days=3), timedelta(days=400)))
def test_windows_cover_a_span_and_none_is_longer_than_asked(
    start: datetime, span: timedelta, length: timedelta
) -> None:
    windows = split(start, start + span, length)
    assert_whole(list(windows), start, start + span)
    assert all(window.end - window.start <= length for window in windows)


@given(TIMES, SPANS, LOOKBACKS)
def test_a_first_load_reads_the_whole_history_by_sale_date(
    start: datetime, history: timedelta, lookback: timedelta
) -> None:
    now = start + history
    steps = plan({}, start=start, now=now, lookback=lookback)
    assert all(step.by_sale_date for step in steps)
    assert_whole([step.window for step in steps], start, now)


@given(TIMES, SPANS, LOOKBACKS, SPANS)
def test_the_next_run_reads_changes_from_the_begin_of_the_first_less_the_lookback(
    start: datetime, history: timedelta, lookback: timedelta, pause: timedelta
) -> None:
    first = start + history
    state = remembered(plan({}, start=start, now=first, lookback=lookback))
    steps = plan(state, start=start, now=first + pause, lookback=lookback)
    assert not any(step.by_sale_date for step in steps)
    assert_whole([step.window for step in steps], first - lookback, first + pause)
    third = plan(remembered(steps, state), start=start, now=first + 2 * pause, lookback=lookback)
    assert_whole([step.window for step in third], first + pause - lookback, first + 2 * pause)


@given(TIMES, SPANS, LOOKBACKS, SPANS, st.data())
def test_a_killed_first_load_goes_on_and_misses_no_change_made_meanwhile(
    start: datetime, history: timedelta, lookback: timedelta, pause: timedelta, data: st.DataObject
) -> None:
    began = start + history
    steps = plan({}, start=start, now=began, lookback=lookback)
    done = data.draw(st.integers(0, len(steps) - 1))
    rest = plan(remembered(steps[:done]), start=start, now=began + pause, lookback=lookback)
    sales = [step.window for step in rest if step.by_sale_date]
    changes = [step.window for step in rest if not step.by_sale_date]
    if done:
        assert_whole(sales, steps[done].window.start, began)
        assert_whole(changes, began - lookback, began + pause)
    else:
        assert_whole(sales, start, began + pause)
        assert not changes


@given(TIMES, SPANS, st.data())
def test_a_killed_backfill_goes_on_and_a_finished_one_can_be_asked_for_again(
    start: datetime, length: timedelta, data: st.DataObject
) -> None:
    span = Window(start, start + length)
    before = {"changes_until": start.isoformat()}
    steps = plan_span(before, span)
    done = data.draw(st.integers(0, len(steps) - 1))
    assert plan_span(remembered(steps[:done], before), span) == steps[done:]
    assert remembered(steps, before) == before


@given(TIMES, LOOKBACKS, SPANS)
def test_a_clock_that_was_set_back_never_moves_the_place_back(
    until: datetime, lookback: timedelta, back: timedelta
) -> None:
    state = {"changes_until": until.isoformat()}
    steps = plan(state, start=until, now=until - back, lookback=lookback)
    assert remembered(steps, state) == state


@given(TIMES, SPANS)
def test_a_start_in_the_future_reads_nothing_by_sale_date(now: datetime, ahead: timedelta) -> None:
    steps = plan({}, start=now + ahead, now=now, lookback=timedelta(days=3))
    assert not any(step.by_sale_date for step in steps)
