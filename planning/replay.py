"""A replay of past days: what a rule would have ordered, received, sold and thrown away.

All items go through a day at once. A day runs so: at a review the rule orders up to its level; what is due
arrives; demand is served as far as the stock goes, and what is not served is lost; what has reached the end
of its shelf life is thrown away. Quantities are int64 ten-thousandths of a unit (see `planning.fixed_point`);
arrays of every day have shape (days, n), arrays of items (n,).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planning import policy
from planning.fixed_point import Flags, Reals, Units

Days = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Terms:
    """What holds for an item whatever the rule. All arrays have shape (n,).

    Attributes:
        pack_size: Units in a pack, above 0.
        minimum_order: Smallest quantity that the supplier accepts.
        max_stock: Largest position allowed, where `has_max_stock`.
        has_max_stock: Whether there is one.
        lead_time_days: Mean days from a review to the arrival of its order, as the rules know it.
        review_period_days: Days from one order to the next, at least 1.
        shelf_life_days: Days on which a delivery can be sold, the first included, where `perishes`.
        perishes: Whether there is a shelf life.
        weighs_waste: Whether the level was weighed against what spoils.
        begins: The day of the replay on which the item's first order is placed.
        starting_stock: Units on hand at that day's opening, as fresh as a delivery of that day.
    """

    pack_size: Units
    minimum_order: Units
    max_stock: Units
    has_max_stock: Flags
    lead_time_days: Reals
    review_period_days: Days
    shelf_life_days: Days
    perishes: Flags
    weighs_waste: Flags
    begins: Days
    starting_stock: Units

    def reviews(self, day: int) -> Flags:
        """Which items are ordered on a day, if they need to be."""
        since = day - self.begins
        return np.asarray((since >= 0) & (since % self.review_period_days == 0))


@dataclass(frozen=True)
class Rule:
    """What a rule would have said on each day, knowing the days before it. Arrays have shape (days, n).

    Attributes:
        order_up_to: The level that an order of that day lifts the position to.
        daily_demand: The mean demand that the rule expects, units a day; caps by shelf life follow it.
    """

    order_up_to: Units
    daily_demand: Reals


@dataclass(frozen=True)
class Replay:
    """What happened on each day. Arrays have shape (days, n).

    Attributes:
        ordered: Units ordered.
        received: Units that arrived.
        sold: Units of demand that were served.
        wasted: Units thrown away at the close, because their shelf life had ended.
        on_hand: Units left at the close.
    """

    ordered: Units
    received: Units
    sold: Units
    wasted: Units
    on_hand: Units


def lead_times(mean: Reals, deviation: Reals, scores: Reals) -> Days:
    """Whole days from order to arrival, drawn around a mean; a half is rounded up.

    Args:
        mean: Mean lead time, days. Shape (n,).
        deviation: Its standard deviation, days. Shape (n,).
        scores: Standard normal draws, one for each day on which an order could be placed. Shape (days, n).

    Returns:
        Days, never negative. Shape (days, n).
    """
    return np.maximum(0, np.floor(mean + deviation * scores + 0.5)).astype(np.int64)


def replay(demand: Units, rule: Rule, terms: Terms, arrives_after: Days) -> Replay:
    """Lets a rule order through the days.

    First in is first out, so that only cumulated arrivals have to be kept: at the close of a day everything
    that arrived a shelf life before must have left, sold or thrown away.

    Args:
        demand: Units asked for. Shape (days, n).
        rule: What to order up to.
        terms: What the items are ordered under.
        arrives_after: Lead time of an order placed on a day, whole days. Shape (days, n).

    Returns:
        The course of every item; zeros before it begins. What is ordered and arrives after the last day is
        only in `ordered`.
    """
    days, items = demand.shape
    columns = np.arange(items)
    ordered, sold, wasted, on_hand = (np.zeros_like(demand) for _ in range(4))
    received = np.zeros((days + 1, items), dtype=np.int64)  # the last row: after the end
    supplied = np.zeros_like(demand)  # the starting stock and everything received up to a day
    stock, on_order, gone = (np.zeros(items, dtype=np.int64) for _ in range(3))
    for day in range(days):
        stock = np.where(terms.begins == day, terms.starting_stock, stock)
        order = policy.order_quantity(
            position=stock + on_order,
            order_up_to=rule.order_up_to[day],
            pack_size=terms.pack_size,
            minimum_order=terms.minimum_order,
            shelf_life_room=policy.shelf_life_room(
                position=stock + on_order,
                order_up_to=rule.order_up_to[day],
                weighs_waste=terms.weighs_waste,
                daily_demand=rule.daily_demand[day],
                lead_time_days=terms.lead_time_days,
                shelf_life_days=terms.shelf_life_days.astype(np.float64),
                limited=terms.perishes,
            ),
            max_stock_room=policy.max_stock_room(stock + on_order, terms.max_stock, terms.has_max_stock),
        )
        ordered[day] = np.where(terms.reviews(day), order.quantity, 0)
        received[np.minimum(day + arrives_after[day], days), columns] += ordered[day]
        on_order += ordered[day] - received[day]
        stock = stock + received[day]
        supplied[day] = stock + gone
        sold[day] = np.where(day >= terms.begins, np.minimum(stock, demand[day]), 0)
        gone += sold[day]
        wasted[day] = _expired(supplied, gone, terms, day)
        gone += wasted[day]
        stock = stock - sold[day] - wasted[day]
        on_hand[day] = stock
    return Replay(ordered, received[:days], sold, wasted, on_hand)


def _expired(supplied: Units, gone: Units, terms: Terms, day: int) -> Units:
    last_arrival = day - terms.shelf_life_days + 1
    arrived = supplied[np.clip(last_arrival, 0, day), np.arange(len(gone))]
    return np.where(terms.perishes & (last_arrival >= 0), np.maximum(0, arrived - gone), 0)


@dataclass(frozen=True)
class Cycles:
    """Order cycles of each item. Arrays have shape (n,).

    Attributes:
        number: Cycles that lie within the days that count.
        without_stockout: Those of them in which all demand was served.
    """

    number: Days
    without_stockout: Days


def order_cycles(lost: Units, terms: Terms, arrives_after: Days, counts_from: Days) -> Cycles:
    """Counts the cycles, and those without a stock-out.

    A cycle runs from the arrival of a review's order to the arrival of the next one's: these are the days
    that the order-up-to level of the first has to last for. A review at which nothing had to be ordered has
    its cycle all the same. Where the later order overtakes the earlier one there is no such day, no cycle.

    Args:
        lost: Demand that was not served. Shape (days, n).
        terms: What the items are ordered under.
        arrives_after: Lead time of an order placed on a day, whole days. Shape (days, n).
        counts_from: First day that counts. Shape (n,).

    Returns:
        The counts.
    """
    days, items = lost.shape
    columns = np.arange(items)
    short_days = np.vstack([np.zeros((1, items), np.int64), np.cumsum(lost > 0, axis=0)])
    number, without = np.zeros(items, np.int64), np.zeros(items, np.int64)
    for day in range(days):
        following = day + terms.review_period_days
        begin = day + arrives_after[day]
        end = following + arrives_after[np.minimum(following, days - 1), columns]
        counts = (
            terms.reviews(day) & (following < days) & (begin >= counts_from) & (begin < end) & (end <= days)
        )
        short = (
            short_days[np.where(counts, end, 0), columns] - short_days[np.where(counts, begin, 0), columns]
        )
        number += counts
        without += counts & (short == 0)
    return Cycles(number, without)
