"""The leaky bucket, on a clock that the test turns."""

from hypothesis import given
from hypothesis import strategies as st

from connectors.core.pacing import LeakyBucket


@given(
    st.integers(1, 20),
    st.integers(1, 50),
    st.lists(st.floats(0, 3, allow_nan=False), min_size=1, max_size=60),
)
def test_no_span_of_time_ever_holds_more_requests_than_the_vendor_allows(
    capacity: int, drip: int, pauses: list[float]
) -> None:
    now, made_at = 0.0, []
    bucket = LeakyBucket(capacity, drip, clock=lambda: now)
    for pause in pauses:
        now += pause
        now += bucket.delay()
        made_at.append(now)
    for first, start in enumerate(made_at):
        for last in range(first, len(made_at)):
            allowed = capacity + (made_at[last] - start) * drip
            assert last - first + 1 <= allowed + 1e-6


def test_a_bucket_that_has_run_empty_lets_a_burst_through_at_once() -> None:
    now = 0.0
    bucket = LeakyBucket(5, 1, clock=lambda: now)
    assert [bucket.delay() for _ in range(7)] == [0, 0, 0, 0, 0, 1, 2]
    now = 60.0
    assert [bucket.delay() for _ in range(5)] == [0] * 5
