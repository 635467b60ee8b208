"""The sales that forecasts are measured on: two real files and series whose law is known.

Each case is written as a file for the CSV connector, and kept beside it as a matrix of units a day, made
from the same rows, that the forecasts are compared with.
"""

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

EXAMPLES = Path(__file__).parents[1] / "connections.example.yaml"
LEAST_SALE_DAYS = 25
RECENT_DAYS = 56
ORIGINS = 6
DAYS_BETWEEN_ORIGINS = 14
BAKERY_DAYS = 28
SEED = 20261128
RATES = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50)
SIZES = (0.3, 1, 3)
SERIES_OF_A_LAW = 20
STATIONARY_DAYS = 365
STATIONARY_BEGAN = date(2025, 1, 6)

Row = dict[str, str]


@dataclass(frozen=True)
class Case:
    """Sales of one business, and what of them is forecast.

    Attributes:
        name: Of the case.
        connection: Its entry in `connections.yaml`; it says where the file stands.
        items: The vendor's ids of the items.
        first_day: Of `units`.
        units: Units sold, shape (items, days).
        horizons: Days of the totals that are forecast.
        level: Of the quantile.
        reported: First days of the totals that are reported.
        selection: First days of earlier totals, on which methods and constants are chosen.
        days_counted_to: Sale days before this day count, when it is asked whether an item has enough of
            them; None for all.
        recent_days: An item has to have sold in so many days before the first origin; None for any time.
        least_sale_days: How many sale days are enough.
    """

    name: str
    connection: Mapping[str, Any]
    items: Sequence[str]
    first_day: date
    units: NDArray[np.float64]
    horizons: tuple[int, ...]
    level: float
    reported: tuple[date, ...]
    selection: tuple[date, ...]
    days_counted_to: date | None = None
    recent_days: int | None = None
    least_sale_days: int = LEAST_SALE_DAYS

    def place(self, day: date) -> int:
        """The column of a day."""
        return (day - self.first_day).days

    def origins(self, *, selection: bool) -> tuple[date, ...]:
        """The first days of the totals that are forecast."""
        return self.selection if selection else self.reported

    def chosen(self, *, selection: bool) -> NDArray[np.intp]:
        """Rows of the items that are measured. For the choice of methods, nothing reported is looked at."""
        first = self.origins(selection=selection)[0]
        counted_to = self.reported[0] if selection else self.days_counted_to
        sold = self.units > 0
        begins = self.place(first) - self.recent_days if self.recent_days else 0
        recent = sold[:, max(begins, 0) : self.place(first)].any(axis=1)
        known = sold[:, : self.place(counted_to) if counted_to else None]
        return np.flatnonzero((known.sum(axis=1) >= self.least_sale_days) & recent)

    def totals(self, origin: date, days: int) -> NDArray[np.float64]:
        """Units sold from a day on, one figure an item."""
        begins = self.place(origin)
        return self.units[:, begins : begins + days].sum(axis=1)


def spaced(last: date, count: int, days: int) -> tuple[date, ...]:
    """So many days, evenly spaced, up to the last one."""
    return tuple(last - timedelta(days=days * back) for back in range(count - 1, -1, -1))


def wholesaler(shared: Path, folder: Path, least_sale_days: int = LEAST_SALE_DAYS) -> Case:
    """The gift wholesaler's year, without credit notes and the sales that they cancel exactly.

    Args:
        shared: Where `online_retail.csv.gz` stands.
        folder: Where what is loaded is written.
        least_sale_days: Items with fewer sale days in the file are not measured.
    """
    rows = without_credit_notes(_read(shared / "online_retail.csv.gz"))
    inbox = folder / "wholesale.csv.gz"
    _write(inbox, rows)
    sales = [(row["StockCode"], _sold_at(row).date(), float(row["Quantity"])) for row in rows]
    items, first_day, units = daily_units(sales)
    last = first_day + timedelta(days=units.shape[1] - 14)
    reported = spaced(last, ORIGINS, DAYS_BETWEEN_ORIGINS)
    return Case(
        name="wholesaler",
        connection={**_example("wholesale"), "inbox": str(inbox)},
        items=items,
        first_day=first_day,
        units=units,
        horizons=(7, 14),
        level=0.95,
        reported=reported,
        selection=spaced(reported[0] - timedelta(days=14), ORIGINS, DAYS_BETWEEN_ORIGINS),
        recent_days=RECENT_DAYS,
        least_sale_days=least_sale_days,
    )


def without_credit_notes(rows: Iterable[Row]) -> list[Row]:
    """The sales of the wholesaler's file that were not given back whole.

    A credit note cancels the latest sale before it of the same item, customer, quantity and price. Rows
    without a price or quantity above 0 are no sales.
    """
    sales: list[Row] = []
    credit_notes: list[Row] = []
    for row in rows:
        if row["InvoiceNo"].startswith("C"):
            credit_notes.append(row)
        elif int(row["Quantity"]) > 0 and Decimal(row["UnitPrice"]) > 0:
            sales.append(row)
    waiting: dict[tuple[str, str, int, str], list[int]] = defaultdict(list)
    for number in sorted(range(len(sales)), key=lambda number: _sold_at(sales[number])):
        waiting[_given_back_as(sales[number], 1)].append(number)
    cancelled = set()
    for note in sorted(credit_notes, key=_sold_at):
        equal = waiting.get(_given_back_as(note, -1), [])
        earlier = [number for number in equal if _sold_at(sales[number]) <= _sold_at(note)]
        if earlier:
            equal.remove(earlier[-1])
            cancelled.add(earlier[-1])
    return [row for number, row in enumerate(sales) if number not in cancelled]


def _given_back_as(row: Row, sign: int) -> tuple[str, str, int, str]:
    return row["StockCode"], row["CustomerID"], sign * int(row["Quantity"]), row["UnitPrice"]


def _sold_at(row: Row) -> datetime:
    return datetime.strptime(row["InvoiceDate"], "%m/%d/%Y %H:%M")


def bakery(shared: Path) -> Case:
    """The bakery's winter: what each of the last days needs, known on the evening before."""
    file = shared / "bakery.csv.gz"
    sales = [
        (row["Item"].strip(), date.fromisoformat(row["Date"]), 1.0)
        for row in _read(file)
        if row["Item"] != "NONE"
    ]
    items, first_day, units = daily_units(sales)
    last = first_day + timedelta(days=units.shape[1] - 1)
    reported = spaced(last, BAKERY_DAYS, 1)
    return Case(
        name="bakery",
        connection={**_example("bakery"), "inbox": str(file)},
        items=items,
        first_day=first_day,
        units=units,
        horizons=(1,),
        level=0.8,
        reported=reported,
        selection=spaced(reported[0] - timedelta(days=1), BAKERY_DAYS, 1),
        days_counted_to=reported[0],
    )


def stationary(folder: Path) -> Case:
    """A year of series whose law never changes: Poisson and negative binomial, of many rates and sizes."""
    chance = np.random.default_rng(SEED)
    series = []
    for rate in RATES:
        series += [chance.poisson(rate, STATIONARY_DAYS) for _ in range(SERIES_OF_A_LAW)]
        for size in SIZES:
            share = size / (size + rate)
            series += [chance.negative_binomial(size, share, STATIONARY_DAYS) for _ in range(SERIES_OF_A_LAW)]
    drawn = np.array(series)
    inbox = folder / "stationary.csv.gz"
    sold = [
        (f"S{item:04}", STATIONARY_BEGAN + timedelta(days=int(day)), float(drawn[item, day]))
        for item, day in zip(*np.nonzero(drawn), strict=True)
    ]
    _write(
        inbox,
        [
            {"order_id": str(day), "sold_at": f"{day} 12:00", "item_id": item, "quantity": str(int(units)),
             "unit_price": "1", "currency": "EUR"}
            for item, day, units in sold
        ],
    )  # fmt: skip
    items, first_day, units = daily_units(sold)
    last = first_day + timedelta(days=units.shape[1] - 14)
    reported = spaced(last, ORIGINS, DAYS_BETWEEN_ORIGINS)
    return Case(
        name="stationary",
        connection={
            "id": "stationary",
            "pos": "csv",
            "inbox": str(inbox),
            "timezone": "UTC",
            "currency": "EUR",
        },
        items=items,
        first_day=first_day,
        units=units,
        horizons=(7, 14),
        level=0.95,
        reported=reported,
        selection=spaced(reported[0] - timedelta(days=14), ORIGINS, DAYS_BETWEEN_ORIGINS),
        least_sale_days=1,
    )


def daily_units(
    sales: Iterable[tuple[str, date, float]],
) -> tuple[list[str], date, NDArray[np.float64]]:
    """Units of each item on each day between the first and the last sale of any.

    Args:
        sales: Item, day and units of each sale.

    Returns:
        The items, the first day, and the units, shape (items, days).
    """
    names, days, quantities = zip(*sales, strict=True)
    items, rows = np.unique(np.array(names), return_inverse=True)
    numbers = np.array([day.toordinal() for day in days])
    units = np.zeros((len(items), numbers.max() - numbers.min() + 1))
    np.add.at(units, (rows, numbers - numbers.min()), quantities)
    return [str(item) for item in items], date.fromordinal(int(numbers.min())), units


def _example(name: str) -> dict[str, Any]:
    connections = yaml.safe_load(EXAMPLES.read_text(encoding="utf-8"))["connections"]
    return next(dict(each) for each in connections if each["id"] == name)


def _read(file: Path) -> list[Row]:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def _write(file: Path, rows: Sequence[Row]) -> None:
    with gzip.open(file, "wt", encoding="utf-8", newline="", compresslevel=1) as text:
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
