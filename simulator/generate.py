"""Makes the history of a chain of stores from one seed.

Sales follow the weekday and the season; some items sell rarely, some are promoted, and an empty shelf sells
nothing. Every case that a vendor's figures can get wrong happens somewhere in a year: see `simulator.till`
and `simulator.back_office`.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from math import cos, pi
from random import Random

from simulator.assortment import TAXES, Assortment, make_assortment
from simulator.back_office import BackOffice
from simulator.ledger import Ledger, Movement, PurchaseOrder, Refund, Return, Sale, Store
from simulator.stockroom import Stockroom
from simulator.till import Till

WEEKDAY_FACTORS = (0.75, 0.8, 0.9, 1.0, 1.3, 1.45, 0.8)
LAST_MOMENT = time(12, tzinfo=UTC)
"""The ledger ends at this time of `as_of`: every store has closed its last day by then."""
OPENING_WORK = timedelta(hours=4)
"""After local midnight: deliveries and counts, when the last store has closed and before the first opens."""


def generate_ledger(
    seed: int,
    *,
    stores: int = 3,
    days: int = 365,
    as_of: date = date(2026, 11, 22),
    orders_per_day: float = 60,
    items: int = 60,
    customers: int = 240,
    weighs: bool = True,
) -> Ledger:
    """Makes a ledger; the same arguments give the same ledger.

    Args:
        seed: Start of the random numbers.
        stores: How many stores, in several time zones and currencies.
        days: How many days were traded; the last one is the day before `as_of`.
        as_of: The day on which the ledger is looked at.
        orders_per_day: Mean orders of a store on a day.
        items: How many items are sold, besides gift cards.
        customers: How many buyers are known by name; most sales have none.
        weighs: Some goods are sold by weight; else all are counted.
    """
    first_day = as_of - timedelta(days=days)
    opened = datetime.combine(first_day, time(0), UTC)
    assortment = make_assortment(
        Random(seed), stores=stores, items=items, customers=customers, opened=opened, weighs=weighs
    )
    sales: list[Sale] = []
    returns: list[Return] = []
    refunds: list[Refund] = []
    movements: list[Movement] = []
    purchase_orders: list[PurchaseOrder] = []
    for index, store in enumerate(assortment.stores):
        traded = trade(
            store,
            assortment,
            Random(f"{seed}/{index}"),
            first_day=first_day,
            days=days,
            orders_per_day=orders_per_day,
        )
        sales += traded.sales
        returns += traded.returns
        refunds += traded.refunds
        movements += traded.stockroom.movements
        purchase_orders += traded.stockroom.purchasing.orders
    return Ledger(
        stores=assortment.stores,
        categories=assortment.categories,
        suppliers=assortment.suppliers,
        taxes=TAXES,
        items=assortment.items,
        customers=assortment.customers,
        sales=tuple(sales),
        returns=tuple(returns),
        refunds=tuple(refunds),
        movements=tuple(movements),
        ends_at=datetime.combine(as_of, LAST_MOMENT),
        purchase_orders=tuple(purchase_orders),
    )


def trade(
    store: Store, assortment: Assortment, rng: Random, *, first_day: date, days: int, orders_per_day: float
) -> BackOffice:
    """Lets one store trade for some days."""
    back_office = BackOffice(store, assortment, Stockroom(store, assortment, rng), rng)
    till = Till(store, assortment, back_office, rng)
    for number in range(days):
        day = first_day + timedelta(days=number)
        midnight = datetime.combine(day, time(0), store.zone).astimezone(UTC)
        back_office.run_until(midnight + OPENING_WORK)
        back_office.stockroom.open_day(number, midnight + OPENING_WORK)
        expected = orders_per_day * WEEKDAY_FACTORS[day.weekday()] * season(day, 12, 0.2)
        count = max(0, round(rng.gauss(expected, expected**0.5)))
        night = clock_change_moments(store, day + timedelta(days=1))
        promoted = promoted_items(assortment, day)
        ask_for = demand_of_day(assortment, day, promoted, rng)
        for moment in sorted([*opening_moments(store, midnight, rng, count), *night]):
            back_office.run_until(moment)
            till.sell(moment, ask_for, promoted)
    back_office.run_until(datetime.combine(first_day + timedelta(days=days), LAST_MOMENT))
    return back_office


def season(day: date, peak_month: int, swing: float) -> float:
    """A yearly wave with mean 1 and its top in a month."""
    return 1 + swing * cos(2 * pi * (day.month - peak_month) / 12)


def opening_moments(store: Store, midnight: datetime, rng: Random, count: int) -> Iterator[datetime]:
    """Moments of sales within opening hours; a store that closes after midnight sells until then."""
    opens = store.opens.hour * 60 + store.opens.minute
    closes = store.closes.hour * 60 + store.closes.minute
    length = (closes - opens) % (24 * 60) or 24 * 60
    for _ in range(count):
        minutes = opens + rng.triangular(0, length, length * 0.4)
        yield (midnight + timedelta(minutes=minutes)).replace(microsecond=rng.randrange(1000) * 1000)


def clock_change_moments(store: Store, day: date) -> Iterator[datetime]:
    """On a night in which the clocks change: sales around the change, in the doubled or missing hour too."""
    start = datetime.combine(day, time(0), store.zone).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time(0), store.zone).astimezone(UTC)
    if end - start == timedelta(days=1):
        return
    before = start.astimezone(store.zone).utcoffset()
    change = start
    while change.astimezone(store.zone).utcoffset() == before:
        change += timedelta(minutes=30)
    for minutes in (-90, -45, -1, 0, 15, 45, 90):
        yield change + timedelta(minutes=minutes)


def demand_of_day(assortment: Assortment, day: date, promoted: range, rng: Random) -> list[float]:
    """Cumulative weights of the items (gift cards excluded) on a day."""
    weights = []
    for index, habit in enumerate(assortment.habits):
        asked = rng.random() < habit.sells_on
        peak = season(day, habit.peak_month, 0.95) if habit.peak_month else 1
        weights.append(habit.weight * peak * asked * (2.5 if index in promoted else 1))
    return list(accumulate(weights))


def promoted_items(assortment: Assortment, day: date) -> range:
    """Positions of the items on promotion: each for one week in thirteen, one after the other."""
    return range(-(day.toordinal() // 7) % 13, len(assortment.habits), 13)
