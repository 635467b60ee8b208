"""True daily demand of made-up items whose patterns are known: what a replenishment rule is judged on.

A ledger (`simulator.generate`) tells what tills would have recorded, with shelves that were empty at times.
Here nothing is ever out of stock, so that the figures are what was asked for.
"""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import numpy.typing as npt

KINDS = ("fast", "slow", "intermittent", "weekday", "trend", "season")
"""The first three do not change over time."""
STATIONARY = frozenset(KINDS[:3])

SHARES = (0.20, 0.15, 0.15, 0.17, 0.17, 0.16)
WEEK = np.array([0.55, 0.6, 0.75, 0.9, 1.3, 1.8, 1.1])
"""Monday to Sunday, for items with a weekday pattern; each item bends it a little."""
LEAD_TIMES = (2, 15)
PACKS = (1, 6, 12, 24, 48)
DEPARTMENTS = 7
PACK_DAYS = 3
"""A pack is about so many days of demand."""
DAYS_OF_A_YEAR = 365.25

Reals = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SimulatedItem:
    """An item and how it is bought.

    Attributes:
        sku: Its id.
        kind: How its demand behaves, one of `KINDS`.
        category: Its department; no department is of one kind.
        daily_mean: Units a day, over the years.
        unit_cost: What a unit costs.
        unit_price: What a unit sells for.
        lead_time_days: Mean days from order to arrival.
        lead_time_sd_days: Their standard deviation.
        pack_size: Units that are ordered together.
        minimum_order: Least units of one order.
    """

    sku: str
    kind: str
    category: str
    daily_mean: float
    unit_cost: Decimal
    unit_price: Decimal
    lead_time_days: int
    lead_time_sd_days: Decimal
    pack_size: int
    minimum_order: int


@dataclass(frozen=True)
class SimulatedDemand:
    """The items and what was asked of each on every day.

    Attributes:
        first_day: The date of the first row.
        items: The items, in the order of the columns.
        units: Whole units. Shape (days, items).
    """

    first_day: date
    items: tuple[SimulatedItem, ...]
    units: npt.NDArray[np.int64]

    def date_of(self, day: int) -> date:
        """The date of a row."""
        return self.first_day + timedelta(days=day)


def generate_demand(seed: int, *, items: int, first_day: date, days: int) -> SimulatedDemand:
    """Makes items of every kind and their demand.

    Daily units are Poisson, or negative binomial with a variance of up to three times the mean. Intermittent
    items are asked for on one day in three to twelve. A trend doubles to trebles demand in a year, or cuts it
    as much. A season swings by 50 to 80 % around its mean, with a peak on any day of the year.

    Args:
        seed: Equal seeds make equal demand.
        items: How many; at least 6 for one of each kind.
        first_day: Date of the first day.
        days: How many days.
    """
    chance = np.random.default_rng(seed)
    counts = np.diff(np.rint(np.cumsum((0.0, *SHARES)) * items).astype(int))
    made = [
        _item(chance, number, kind) for number, kind in enumerate(np.repeat(KINDS, counts).tolist(), start=1)
    ]
    weekdays = (first_day.weekday() + np.arange(days)) % 7
    units = np.column_stack([_units(chance, item, weekdays) for item in made])
    return SimulatedDemand(first_day, tuple(made), units)


def _item(chance: np.random.Generator, number: int, kind: str) -> SimulatedItem:
    if kind in ("slow", "intermittent"):
        mean = float(np.exp(chance.uniform(np.log(0.15), np.log(2.5))))
    else:
        mean = float(np.exp(chance.uniform(np.log(3), np.log(60))))
    pack = max(size for size in PACKS if size <= max(1.0, PACK_DAYS * mean))
    lead_time = int(chance.integers(*LEAD_TIMES))
    cost = Decimal(str(round(float(np.exp(chance.normal(1.5, 1.0))), 2))) + Decimal("0.20")
    return SimulatedItem(
        sku=f"{kind.upper()}-{number:03}",
        kind=kind,
        category=f"Department {number % DEPARTMENTS + 1}",
        daily_mean=mean,
        unit_cost=cost,
        unit_price=(cost * Decimal(str(round(float(chance.uniform(1.3, 2.5)), 2)))).quantize(Decimal("0.01")),
        lead_time_days=lead_time,
        lead_time_sd_days=Decimal(str(round(float(chance.choice([0.0, 0.1, 0.2])) * lead_time, 1))),
        pack_size=pack,
        minimum_order=int(chance.choice([0, 0, 0, 2])) * pack,
    )


def _units(
    chance: np.random.Generator, item: SimulatedItem, weekdays: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    mean = item.daily_mean * _pattern(chance, item.kind, weekdays)
    if item.kind == "intermittent":
        share = chance.uniform(1 / 12, 1 / 3)
        sizes = chance.geometric(
            min(1.0, share / item.daily_mean) if item.daily_mean > share else 1.0, len(mean)
        )
        return np.where(chance.random(len(mean)) < share, sizes, 0).astype(np.int64)
    excess = float(chance.choice([0.0, 0.5, 2.0]))
    if not excess:
        return chance.poisson(mean)
    return chance.negative_binomial(mean / excess, 1 / (1 + excess))


def _pattern(chance: np.random.Generator, kind: str, weekdays: npt.NDArray[np.int64]) -> Reals:
    """What each day's mean is to the item's, 1 for items that do not change."""
    days = np.arange(len(weekdays))
    if kind == "weekday":
        week = WEEK * chance.uniform(0.8, 1.25, 7)
        return (week / week.mean())[weekdays]
    if kind == "trend":
        yearly = float(chance.uniform(2, 3)) ** float(chance.choice([-1, 1]))
        growth = yearly ** (days / DAYS_OF_A_YEAR)
        return growth / growth.mean()
    if kind == "season":
        swing, peak = chance.uniform(0.5, 0.8), chance.uniform(0, DAYS_OF_A_YEAR)
        return 1 + swing * np.cos(2 * np.pi * (days - peak) / DAYS_OF_A_YEAR)
    return np.ones(len(weekdays))


COLUMNS = (
    "order_id",
    "sold_at",
    "item_id",
    "item_name",
    "category",
    "quantity",
    "unit_price",
    "unit_cost",
    "currency",
)


def write_demand_csv(demand: SimulatedDemand, path: Path) -> int:
    """Writes the demand as sales, one order of one line for each item and day on which it was asked for.

    Args:
        demand: The demand.
        path: The file to write.

    Returns:
        How many lines were written, without the header.
    """
    days, items = np.nonzero(demand.units)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for day, number in zip(days.tolist(), items.tolist(), strict=True):
            item = demand.items[number]
            writer.writerow(
                [
                    f"{day}-{number}",
                    demand.date_of(day).isoformat(),
                    item.sku,
                    item.sku.title(),
                    item.category,
                    int(demand.units[day, number]),
                    item.unit_price,
                    item.unit_cost,
                    "EUR",
                ]
            )
    return len(days)
