"""A ledger whose true demand is known, told by stores that run out of stock and by one that never does."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tests.dbt_project.items_rows import Shop, days_ago

OPENING_HOUR, CLOSING_HOUR = 9, 19
HOURS = np.array([1, 1, 2, 4, 4, 2, 1, 1, 2, 2])  # how many of a day's twenty customers come in each hour
WEEK = np.array([0.8, 0.8, 0.9, 1.0, 1.3, 1.5, 0.7])  # Monday to Sunday
LEVELS_AT, DELIVERED_AT = 2, 6

Units = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Ledger:
    """What customers asked for, and what a store that orders too little had for them.

    Attributes:
        demand: Units asked for, item x day x hour; the last day is yesterday.
        sold: Units sold of them.
        opening: Units on the shelf before the delivery of the day, item x day.
        delivered: Units that came before the store opened, item x day.
    """

    demand: Units
    sold: Units
    opening: Units
    delivered: Units

    @property
    def share_out(self) -> float:
        """Share of item-days with nothing to sell."""
        return float((self.opening + self.delivered <= 0).mean())


def ledger(
    seed: int, *, share_out: float, items: int = 40, days: int = 210, dispersion: float = 0.25
) -> Ledger:
    """Orders once a week up to a level, which is chosen so that the share of item-days is out of stock.

    Demand is Poisson with a pattern over the week and the day and with good and bad days, so that what runs
    out does so when many ask for it. Orders take 2 to 9 days.
    """
    chance = np.random.default_rng(seed)
    rates = np.exp(chance.normal(np.log(2), 0.9, items))
    weekdays = np.array([days_ago(ago).weekday() for ago in range(days, 0, -1)])
    mood = chance.gamma(1 / dispersion, dispersion, (items, days)) if dispersion else np.ones((items, days))
    daily = rates[:, None] * WEEK[weekdays] * mood
    demand = chance.poisson(daily[:, :, None] * HOURS / HOURS.sum())
    first_review, lead_times = chance.integers(0, 7, items), chance.integers(2, 10, (items, days))
    low, high = 0.1, 40.0
    for _ in range(12):
        cover = (low + high) / 2
        told = _sell(demand, np.ceil(rates * cover).astype(int), first_review, lead_times)
        low, high = (cover, high) if told.share_out > share_out else (low, cover)
    return told


def _sell(demand: Units, level: Units, first_review: Units, lead_times: Units) -> Ledger:
    items, days, hours = demand.shape
    stock, coming = np.maximum(level, 1), np.zeros((items, days + 10), int)
    sold, opening = np.zeros_like(demand), np.zeros((items, days), int)
    for day in range(days):
        opening[:, day] = stock
        stock = stock + coming[:, day]
        for hour in range(hours):
            sold[:, day, hour] = np.minimum(stock, demand[:, day, hour])
            stock = stock - sold[:, day, hour]
        position = stock + coming[:, day + 1 :].sum(axis=1)
        order = np.where((day + first_review) % 7 == 0, np.maximum(0, level - position), 0)
        np.add.at(coming, (np.arange(items), day + lead_times[:, day]), order)
    return Ledger(demand, sold, opening, coming[:, :days])


def tell(shop: Shop, store: str, sold: Units, *, told: Ledger | None = None, movements: bool = False) -> None:
    """The rows of a store: orders and sales; of its stock nothing, each movement, or a level each night."""
    items, days, _ = sold.shape
    shop.location(store)
    for day in range(days):
        for hour, customers in enumerate(HOURS):
            for customer in range(customers):
                shop.open_day(store, days_ago(days - day), OPENING_HOUR + hour, customer)
    for item, day, hour in np.argwhere(sold).tolist():
        date, units, clock = days_ago(days - day), int(sold[item, day, hour]), OPENING_HOUR + hour
        shop.line(store, f"item{item:03}", date, units, hour=clock)
        if movements:
            shop.moved(store, f"item{item:03}", date, -units, "sale", clock)
    if told is None:
        return
    for item in range(items):
        for day in range(days):
            units = int(told.delivered[item, day])
            if movements and units:
                shop.moved(store, f"item{item:03}", days_ago(days - day), units, "receipt", DELIVERED_AT)
            if not movements or day == 0:
                level = int(told.opening[item, day])
                shop.level(store, f"item{item:03}", days_ago(days - day), level, LEVELS_AT)
