"""The replay of past days: small ones by hand, and what must hold for every one."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from planning.fixed_point import SCALE
from planning.naive import WINDOW_DAYS, naive_rule
from planning.replay import Replay, Rule, Terms, lead_times, order_cycles, replay


def terms(items: int = 1, **changes: Any) -> Terms:
    """Single units, no minimum, no caps, a lead time of 2 days and a review every 3; 10 in stock."""
    values: dict[str, Any] = {
        "pack_size": SCALE,
        "minimum_order": 0,
        "max_stock": 0,
        "has_max_stock": False,
        "lead_time_days": 2.0,
        "review_period_days": 3,
        "shelf_life_days": 0,
        "perishes": False,
        "weighs_waste": False,
        "begins": 0,
        "starting_stock": 10 * SCALE,
        **changes,
    }
    return Terms(**{name: np.broadcast_to(np.asarray(value), items) for name, value in values.items()})


def column(*units: float) -> np.ndarray:
    return np.array([[round(each * SCALE)] for each in units], dtype=np.int64)


def played(demand: list[float], level: float, *, daily: float = 2.0, **changes: Any) -> Replay:
    """A replay of one item with the same level every day."""
    given_terms = terms(**changes)
    days = len(demand)
    rule = Rule(np.full((days, 1), round(level * SCALE), np.int64), np.full((days, 1), daily))
    return replay(column(*demand), rule, given_terms, arrivals(days, given_terms))


def arrivals(days: int, given_terms: Terms) -> np.ndarray:
    """Lead times that do not vary."""
    return np.broadcast_to(given_terms.lead_time_days.astype(np.int64), (days, len(given_terms.begins)))


def units(values: np.ndarray) -> list[float]:
    return (values[:, 0] / SCALE).tolist()


def test_orders_arrive_after_the_lead_time_and_what_is_not_served_is_lost():
    # Level 10. Day 0: 10 on hand, no order. Day 3: 4 left, 6 ordered, here on day 5 after 2 days of 2.
    # Day 6: 4 left (0 + 6 - 2), 6 ordered, here on day 8; on day 7 five are asked for and four are left.
    found = played([2, 2, 2, 2, 2, 2, 0, 5, 1], level=10)
    assert units(found.ordered) == [0, 0, 0, 6, 0, 0, 6, 0, 0]
    assert units(found.received) == [0, 0, 0, 0, 0, 6, 0, 0, 6]
    assert units(found.sold) == [2, 2, 2, 2, 2, 2, 0, 4, 1]
    assert units(found.on_hand) == [8, 6, 4, 2, 0, 4, 4, 0, 5]


def test_whole_packs_are_ordered_at_least_the_minimum():
    # Day 3: need 6, minimum 7, packs of 4: 8. Day 6: position 4 + 8 - 6 = 6, need 4: the minimum again.
    found = played([2] * 7, level=10, pack_size=4 * SCALE, minimum_order=7 * SCALE)
    assert units(found.ordered) == [0, 0, 0, 8, 0, 0, 8]


def test_the_maximum_stock_holds_orders_down():
    found = played([2] * 4, level=10, max_stock=7 * SCALE, has_max_stock=True)
    assert units(found.ordered) == [0, 0, 0, 3]


def test_an_order_without_lead_time_can_be_sold_the_same_day():
    found = played([2, 2, 2, 5, 2], level=6, lead_time_days=0.0, starting_stock=6 * SCALE)
    assert units(found.ordered) == [0, 0, 0, 6, 0]
    assert units(found.sold) == [2, 2, 2, 5, 1]


def test_the_oldest_are_sold_first_and_what_outlives_its_shelf_life_is_thrown_away():
    # A review a day, no lead time, level 4, three days to sell. Day 0: 4 in stock, 1 sold. Day 1: 1 ordered.
    # Day 2: nothing is asked for; 3 - 1 = 2 of the first four are left at the close, and are thrown away.
    # Day 3: 2 on hand (of days 1 and 2), 2 ordered. At its close the one of day 1 has had its three days.
    found = played(
        [1, 1, 0, 0], level=4, daily=4.0, lead_time_days=0.0, review_period_days=1, starting_stock=4 * SCALE,
        shelf_life_days=3, perishes=True,
    )  # fmt: skip
    assert units(found.ordered) == [0, 1, 1, 2]
    assert units(found.wasted) == [0, 0, 2, 1]
    assert units(found.on_hand) == [3, 3, 2, 3]


def test_a_shelf_life_holds_orders_down_to_what_is_expected_to_sell():
    # Two a day for three days are six, of which four are on hand: two more.
    found = played(
        [0], level=100, lead_time_days=0.0, starting_stock=4 * SCALE, shelf_life_days=3, perishes=True
    )
    assert units(found.ordered) == [2]


def test_an_item_that_begins_later_sells_and_orders_nothing_before():
    found = played([2] * 6, level=10, begins=2, lead_time_days=1.0)
    assert units(found.sold) == [0, 0, 2, 2, 2, 2]
    assert units(found.ordered) == [0, 0, 0, 0, 0, 6]
    assert units(found.on_hand) == [0, 0, 8, 6, 4, 2]


def test_cycles_run_from_one_arrival_to_the_next():
    # Reviews on days 0, 3, 6, 9 and a lead time of 2: cycles 2-4, 5-7, and 8-10; that of day 9 has no end.
    # A day short on day 1 lies before the first cycle; one on day 7 spoils the second.
    lost = column(0, 1, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0)
    held = terms()
    all_days = order_cycles(lost, held, arrivals(12, held), np.array([0]))
    assert (all_days.number.tolist(), all_days.without_stockout.tolist()) == ([3], [2])
    later = order_cycles(lost, held, arrivals(12, held), np.array([3]))
    assert (later.number.tolist(), later.without_stockout.tolist()) == ([2], [1])


def test_a_cycle_moves_with_the_lead_times_and_is_none_where_a_later_order_overtakes():
    # Orders of days 0, 3, 6 arrive on days 5, 4, 8: no day lies between the first two; the next cycle is 4-7.
    arrives_after = np.zeros((9, 1), np.int64)
    arrives_after[[0, 3, 6], 0] = [5, 1, 2]
    found = order_cycles(column(0, 0, 0, 0, 1, 0, 0, 0, 0), terms(), arrives_after, np.array([0]))
    assert (found.number.tolist(), found.without_stockout.tolist()) == ([1], [0])


def test_lead_times_are_whole_days_around_their_mean():
    scores = np.array([[-9.0, 0.0], [0.0, 0.0], [1.0, 3.0]])
    found = lead_times(np.array([4.0, 2.5]), np.array([1.4, 0.0]), scores)
    assert found.tolist() == [[0, 3], [4, 3], [5, 3]]
    drawn = lead_times(
        np.array([6.0]), np.array([1.5]), np.random.default_rng(0).standard_normal((20_000, 1))
    )
    assert drawn.mean() == pytest.approx(6, abs=0.05)
    assert drawn.std() == pytest.approx(
        1.53, abs=0.05
    )  # the root of 1.5^2 + 1/12: whole days add the twelfth


def test_the_naive_rule_knows_the_28_days_before_and_nothing_else():
    chance = np.random.default_rng(5)
    demand = chance.poisson(4, (WINDOW_DAYS + 3, 1)).astype(np.int64) * SCALE
    found = naive_rule(demand, np.ones_like(demand, bool), np.array([9]), np.array([0.98]))
    for day in range(3):
        known = demand[day : day + WINDOW_DAYS, 0] / SCALE
        level = known.mean() * 9 + stats.norm.ppf(0.98) * known.std(ddof=1) * 3
        assert found.order_up_to[day, 0] / SCALE == pytest.approx(level, abs=1e-4)
        assert found.daily_demand[day, 0] == pytest.approx(known.mean())


def test_the_naive_rule_takes_a_young_items_own_days_alone():
    demand = column(*[0] * 26, 6, 2, 100)
    known = np.array([[day >= 26] for day in range(29)])
    found = naive_rule(demand, known, np.array([4]), np.array([0.95]))
    level = 4 * 4 + stats.norm.ppf(0.95) * np.std([6, 2], ddof=1) * 2
    assert found.order_up_to[0, 0] / SCALE == pytest.approx(level, abs=1e-4)


def test_steady_demand_has_no_naive_safety_stock():
    demand = np.full((WINDOW_DAYS + 1, 1), 123_457 * SCALE // 7, np.int64)
    found = naive_rule(demand, np.ones_like(demand, bool), np.array([14]), np.array([0.99]))
    assert found.order_up_to[0, 0] == pytest.approx(14 * demand[0, 0], abs=1)


def test_what_happens_on_a_day_changes_no_naive_level_up_to_that_day():
    demand = np.random.default_rng(2).poisson(3, (WINDOW_DAYS + 20, 2)).astype(np.int64) * SCALE
    other = demand.copy()
    other[WINDOW_DAYS + 9 :] *= 2
    known = np.ones_like(demand, bool)
    before, after = (
        naive_rule(each, known, np.array([9, 16]), np.array([0.9, 0.99])).order_up_to
        for each in (demand, other)
    )
    assert (before[:10] == after[:10]).all()
    assert (before[10:] != after[10:]).all()


@st.composite
def cases(draw: st.DrawFn) -> tuple[np.ndarray, Rule, Terms, np.ndarray]:
    """Some items under any terms, with any demand, levels and lead times."""
    items, days = draw(st.integers(1, 4)), draw(st.integers(1, 30))
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))

    def amounts(most: int, *shape: int) -> np.ndarray:
        return chance.integers(0, most * SCALE, shape, dtype=np.int64) // 2500 * 2500

    held = terms(
        items,
        pack_size=np.maximum(SCALE // 2, amounts(12, items)),
        minimum_order=amounts(10, items),
        max_stock=amounts(60, items),
        has_max_stock=chance.random(items) < 0.3,
        lead_time_days=chance.uniform(0, 6, items),
        review_period_days=chance.integers(1, 9, items),
        shelf_life_days=chance.integers(1, 12, items),
        perishes=chance.random(items) < 0.5,
        begins=chance.integers(0, days + 1, items),
        starting_stock=amounts(40, items),
    )
    rule = Rule(amounts(50, days, items), chance.uniform(0, 8, (days, items)))
    return amounts(12, days, items), rule, held, chance.integers(0, 9, (days, items))


@given(cases())
def test_nothing_is_lost_or_made_up_on_the_way(case):
    demand, rule, held, arrives_after = case
    found = replay(demand, rule, held, arrives_after)
    begun = np.arange(len(demand))[:, None] >= held.begins
    start = np.where(held.begins < len(demand), held.starting_stock, 0)
    for name in ("ordered", "received", "sold", "wasted", "on_hand"):
        values = getattr(found, name)
        assert (values >= 0).all()
        assert not values[~begun].any()
    supplied = np.where(begun, start, 0) + found.received.cumsum(axis=0)
    left = supplied - found.sold.cumsum(axis=0) - found.wasted.cumsum(axis=0)
    assert (left == found.on_hand).all()
    assert (found.sold <= demand).all()
    assert (found.received.cumsum(axis=0) <= found.ordered.cumsum(axis=0)).all()
    assert not (found.ordered % held.pack_size).any()
    assert ((found.ordered == 0) | (found.ordered >= held.minimum_order)).all()


@given(cases())
def test_what_is_sold_late_enough_is_fresh(case):
    demand, rule, held, arrives_after = case
    found = replay(demand, rule, held, arrives_after)
    for item in np.flatnonzero(held.perishes):
        batches: list[list[int]] = []  # arrival day and units, the oldest first
        for day in range(len(demand)):
            if day == held.begins[item]:
                batches.append([day, int(held.starting_stock[item])])
            batches.append([day, int(found.received[day, item])])
            sold = int(found.sold[day, item])
            for batch in batches:
                taken = min(sold, batch[1])
                batch[1] -= taken
                sold -= taken
            assert sold == 0
            old = [batch for batch in batches if batch[0] + held.shelf_life_days[item] - 1 <= day]
            assert sum(batch[1] for batch in old) == found.wasted[day, item]
            batches = [batch for batch in batches if batch not in old]


@given(cases(), st.integers(0, 30))
def test_what_happens_on_a_day_changes_no_order_up_to_that_day(case, changed_on):
    demand, rule, held, arrives_after = case
    other = demand.copy()
    other[changed_on:] += 3 * SCALE
    before, after = (replay(each, rule, held, arrives_after).ordered for each in (demand, other))
    assert (before[: changed_on + 1] == after[: changed_on + 1]).all()
