"""Does following the order list pay? Past days replayed with it and with the naive rule."""

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from planning import policy
from planning.backtest_schema import BACKTEST, DEMAND, FILL_RATE, ITEMS, LEVELS, RULES, WEEKDAYS
from planning.fixed_point import Flags, Reals, Units, from_units, to_flags, to_reals, to_units
from planning.naive import WINDOW_DAYS, naive_rule
from planning.replay import Days, Replay, Rule, Terms, lead_times, order_cycles, replay
from planning.weekly_pattern import WEEK, interval_ratios

DAYS = 84
ITEMS_AT_ONCE = 4096
"""So many items are replayed together; more would only need more memory."""
SEED = 1


def policy_backtest(
    levels: pa.Table,
    demand: pa.Table,
    items: pa.Table,
    as_of: date,
    *,
    weekdays: pa.Table | None = None,
    days: int = DAYS,
    seed: int = SEED,
) -> pa.Table:
    """Replays the last days of every item under the recommendation and under the naive rule.

    Both rules meet the same demand, lead times, packs, minimums and caps, order on the same days and start
    with the same stock, the recommendation's order-up-to level. An order of a day follows what was known
    before it: the recommendation the last forecast origin not after it, the naive rule the 28 days before
    it. A replay begins at an origin at least a protection interval before the days that count; an item with
    no such origin begins at its first, and its days count after one protection interval.

    Origins are a week apart. For an item that is ordered on other weekdays too, the level of a day is that of
    the last origin, times what the week's pattern says of an interval that begins on that day.

    Args:
        levels: The order-up-to level of each origin, with the settings (`planning.backtest_schema.LEVELS`);
            the settings of an item's last origin hold for all days.
        demand: Daily demand (`DEMAND`); a day without a row is one before the item's launch.
        items: What to carry over (`ITEMS`).
        as_of: The day after the last day of the replay.
        weekdays: The pattern of the week at each origin (`WEEKDAYS`); None where no item has one.
        days: How many days count.
        seed: Of the lead times; equal seeds and equal items make equal draws.

    Returns:
        Two rows for each item that has at least one day that counts (`BACKTEST`), in the order of the keys.

    Raises:
        ValueError: A column is missing.
    """
    levels, weekdays, demand, items = (
        _checked(table, schema)
        for table, schema in (
            (levels, LEVELS),
            (WEEKDAYS.empty_table() if weekdays is None else weekdays, WEEKDAYS),
            (demand, DEMAND),
            (items, ITEMS),
        )
    )
    span = _Span(as_of, days, levels)
    levels, weekdays = (rows.filter(pa.array(span.holds(rows["origin_date"]))) for rows in (levels, weekdays))
    items = items.filter(pc.is_in(_keys(items), _keys(levels))).sort_by(
        [("location_key", "ascending"), ("item_key", "ascending")]
    )
    known = _keys(items)
    draws = np.random.default_rng(seed)
    of_level, of_week, of_demand = (_numbered(rows, known) for rows in (levels, weekdays, demand))
    parts = [BACKTEST.empty_table()]
    for first in range(0, len(items), ITEMS_AT_ONCE):
        chunk = items.slice(first, ITEMS_AT_ONCE)
        scores = np.ascontiguousarray(draws.standard_normal((len(chunk), span.days)).T)
        course = _Course(
            chunk,
            _part(levels, of_level, first, len(chunk)),
            _part(weekdays, of_week, first, len(chunk)),
            _part(demand, of_demand, first, len(chunk)),
            span=span,
            scores=scores,
        )
        parts.extend(course.results())
    return pa.concat_tables(parts).sort_by(
        [("location_key", "ascending"), ("item_key", "ascending"), ("rule", "descending")]
    )


def first_day_needed(levels: pa.Table, as_of: date, *, days: int = DAYS) -> date:
    """The first day whose demand `policy_backtest` reads; the same arguments as there."""
    return _Span(as_of, days, levels).first - timedelta(days=WINDOW_DAYS)


class _Span:
    """The days of the replay: `days` of them, of which those from `counted` on may count.

    Attributes:
        first: Date of day 0.
        days: How many days are replayed.
        counted: First day that may count.
    """

    def __init__(self, as_of: date, days: int, levels: pa.Table) -> None:
        longest = pc.max(levels["protection_days"]).as_py() or 0
        wanted = WEEK * -(-longest // WEEK) + WEEK  # an origin lies in every seven days
        oldest = pc.min(levels["origin_date"]).as_py() or as_of
        # a lead time of years must not make a replay of years: before the oldest origin there is nothing
        warm_up = max(0, min(wanted, (as_of - oldest).days - days))
        self.days = days + warm_up
        self.counted = warm_up
        self.first = as_of - timedelta(days=self.days)

    def day_of(self, dates: pa.ChunkedArray) -> Days:
        """Days since day 0; negative before it."""
        epoch_days = np.asarray(dates.cast(pa.int32()).to_numpy(), dtype=np.int64)
        return epoch_days - (self.first - date(1970, 1, 1)).days

    def holds(self, dates: pa.ChunkedArray) -> Flags:
        """Which dates are days of the replay."""
        day = self.day_of(dates)
        return (day >= 0) & (day < self.days)

    def date_of(self, days: Days) -> pa.Array:
        """The dates of days."""
        return pa.array(np.datetime64(self.first, "D") + days.astype("timedelta64[D]"), pa.date32())


class _Course:
    """Some items on all days, both rules."""

    def __init__(
        self,
        items: pa.Table,
        levels: "_Part",
        weekdays: "_Part",
        demand: "_Part",
        *,
        span: _Span,
        scores: Reals,
    ) -> None:
        self.items, self.span = items, span
        self.day, self.level_item = span.day_of(levels.table["origin_date"]), levels.item
        self.settings = self._last_settings(levels)
        self.protection = _whole(self.settings["protection_days"])
        self.demand, self.known = self._demand(demand)
        self.recommendation, first_origin = self._recommendation(levels, weekdays)
        self.terms = self._terms(first_origin)
        self.counts_from = np.maximum(
            span.counted, np.minimum(self.terms.begins + self.protection, span.days)
        )
        self.arrives_after = lead_times(
            self.terms.lead_time_days, to_reals(self.settings["lead_time_sd_days"]), scores
        )

    def results(self) -> Iterator[pa.Table]:
        naive = naive_rule(self.demand, self.known, self.protection, to_reals(self.settings["service_level"]))
        demand = self.demand[WINDOW_DAYS:]
        for name, rule in zip(RULES, (self.recommendation, naive), strict=True):
            yield self._figures(name, replay(demand, rule, self.terms, self.arrives_after))

    def _last_settings(self, levels: "_Part") -> pa.Table:
        order = np.lexsort((self.day, self.level_item))
        last = np.append(np.flatnonzero(np.diff(self.level_item[order])), len(order) - 1)
        return levels.table.take(pa.array(order[last]))

    def _demand(self, demand: "_Part") -> tuple[Units, Flags]:
        day = self.span.day_of(demand.table["business_date"]) + WINDOW_DAYS
        inside = (day >= 0) & (day < self.span.days + WINDOW_DAYS)
        units = np.zeros((self.span.days + WINDOW_DAYS, len(self.items)), dtype=np.int64)
        known = np.zeros(units.shape, dtype=np.bool_)
        units[day[inside], demand.item[inside]] = to_units(demand.table["demand"])[inside]
        known[day[inside], demand.item[inside]] = True
        return units, known

    def _recommendation(self, levels: "_Part", weekdays: "_Part") -> tuple[Rule, Days]:
        """The level of the last origin on each day, and the day on which each item begins."""
        shape = (self.span.days, len(self.items))
        at = self.day, self.level_item
        origin = np.full(shape, -1, dtype=np.int64)
        origin[at] = self.day
        begins = self._begins(origin)
        latest = np.maximum(np.maximum.accumulate(origin, axis=0), 0)
        order_up_to, daily = np.zeros(shape, dtype=np.int64), np.zeros(shape)
        order_up_to[at] = to_units(levels.table["order_up_to"])
        daily[at] = to_reals(levels.table["forecast_daily"])
        rule = Rule(
            np.take_along_axis(order_up_to, latest, axis=0), np.take_along_axis(daily, latest, axis=0)
        )
        return self._moved(rule, latest, weekdays), begins

    def _moved(self, rule: Rule, latest: Days, weekdays: "_Part") -> Rule:
        """The rule, with the levels of items ordered on several weekdays moved to the weekday of each day."""
        several = np.flatnonzero(_whole(self.settings["review_period_days"]) % WEEK)
        factors = np.zeros((WEEK, *latest.shape))
        factors[
            _whole(weekdays.table["weekday"]) - 1,
            self.span.day_of(weekdays.table["origin_date"]),
            weekdays.item,
        ] = to_reals(weekdays.table["day_factor"])
        origin = latest[:, several]
        ratio = interval_ratios(
            np.take_along_axis(factors[:, :, several], origin[None], axis=1).reshape(WEEK, -1),
            ((self.span.first.weekday() + origin) % WEEK).ravel(),
            (np.arange(self.span.days)[:, None] - origin).ravel(),
            np.broadcast_to(self.protection[several], origin.shape).ravel(),
        ).reshape(origin.shape)
        order_up_to, daily = rule.order_up_to.copy(), rule.daily_demand.copy()
        order_up_to[:, several] = np.rint(order_up_to[:, several] * ratio).astype(np.int64)
        daily[:, several] *= ratio
        return Rule(order_up_to, daily)

    def _begins(self, origin: Days) -> Days:
        """The last origin a protection interval before the days that count, else the first one."""
        early_enough = np.where(origin <= self.span.counted - self.protection, origin, -1).max(axis=0)
        first = np.where(origin >= 0, origin, self.span.days).min(axis=0)
        return np.asarray(np.where(early_enough >= 0, early_enough, first), dtype=np.int64)

    def _terms(self, begins: Days) -> Terms:
        settings = self.settings
        columns = np.arange(len(self.items))
        start = self.recommendation.order_up_to[np.minimum(begins, self.span.days - 1), columns]
        return Terms(
            pack_size=to_units(settings["pack_size"]),
            minimum_order=to_units(settings["minimum_order"]),
            max_stock=to_units(settings["max_stock"]),
            has_max_stock=np.asarray(pc.is_valid(settings["max_stock"]).to_numpy()),
            # weekly reviews fall on the weekday of the last origin, whose wait for the supplier this is
            lead_time_days=to_reals(settings["lead_time_days"]) + _whole(settings["order_wait_days"]),
            review_period_days=_whole(settings["review_period_days"]),
            shelf_life_days=_whole(settings["shelf_life_days"]),
            perishes=np.asarray(pc.is_valid(settings["shelf_life_days"]).to_numpy()),
            weighs_waste=to_flags(pc.equal(settings["service_kind"], policy.NEWSVENDOR)),
            begins=begins,
            starting_stock=start,
        )

    def _figures(self, rule: str, course: Replay) -> pa.Table:
        demand = self.demand[WINDOW_DAYS:]
        counts = np.arange(self.span.days)[:, None] >= self.counts_from

        def total(values: Units) -> Units:
            return np.asarray(np.where(counts, values, 0).sum(axis=0), dtype=np.int64)

        asked, sold = total(demand), total(course.sold)
        days = self.span.days - self.counts_from
        cycles = order_cycles(demand - course.sold, self.terms, self.arrives_after, self.counts_from)
        fill_rate = _share(sold, asked)
        cycle_service = _share(cycles.without_stockout, cycles.number)
        average_stock = from_units(_rounded_ratio(total(course.on_hand), np.maximum(days, 1)))
        columns = {
            **{name: self.items[name] for name in ITEMS.names},
            "rule": pa.repeat(rule, len(days)),
            "first_day": self.span.date_of(self.counts_from),
            "last_day": self.span.date_of(np.full(len(days), self.span.days - 1)),
            "days": days,
            "service_kind": self.settings["service_kind"],
            "service_level": self.settings["service_level"],
            "service_reached": pc.if_else(
                pa.array(to_flags(pc.equal(self.settings["service_kind"], FILL_RATE))),
                fill_rate,
                cycle_service,
            ),
            "cycles": cycles.number,
            "cycles_without_stockout": cycles.without_stockout,
            "demand": from_units(asked),
            "units_sold": from_units(sold),
            "fill_rate": fill_rate,
            "average_stock": average_stock,
            "average_stock_value": _value(average_stock, self.items["unit_cost"]),
            "orders": total((course.ordered > 0).astype(np.int64)),
            "units_ordered": from_units(total(course.ordered)),
            "units_wasted": from_units(total(course.wasted)),
        }
        return pa.table(columns).cast(BACKTEST).filter(pa.array(days > 0))


class _Part:
    """Rows of some items, with the number of each row's item among them."""

    def __init__(self, table: pa.Table, item: Days) -> None:
        self.table = table
        self.item = item


def _checked(table: pa.Table, schema: pa.Schema) -> pa.Table:
    missing = [name for name in schema.names if name not in table.column_names]
    if missing:
        raise ValueError(f"the backtest's input lacks the columns {', '.join(missing)}")
    return table.select(schema.names).cast(schema).combine_chunks()


def _keys(table: pa.Table) -> pa.ChunkedArray:
    """Store and item as one text; no key holds the separator."""
    return pc.binary_join_element_wise(table["location_key"], table["item_key"], "\x1f")


def _numbered(table: pa.Table, known: pa.ChunkedArray) -> Days:
    """The place of each row's item among the known ones; -1 for none."""
    return np.asarray(pc.fill_null(pc.index_in(_keys(table), known), -1).to_numpy()).astype(np.int64)


def _part(table: pa.Table, item: Days, first: int, length: int) -> _Part:
    inside = (item >= first) & (item < first + length)
    return _Part(table.filter(pa.array(inside)), item[inside] - first)


def _whole(column: pa.ChunkedArray) -> Days:
    return np.asarray(pc.fill_null(column, 0).to_numpy()).astype(np.int64)


def _share(part: Units, whole: Units) -> pa.Array:
    share = np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)
    return pa.array(share, mask=whole <= 0)


def _rounded_ratio(total: Units, number: Units) -> Units:
    """A mean in whole ten-thousandths, rounded half up; exact."""
    return (2 * total + number) // (2 * number)


def _value(quantity: pa.Array, unit_cost: pa.ChunkedArray) -> pa.ChunkedArray:
    """Quantity x unit cost, exact, rounded half up to four decimals; null where the cost is not known."""
    return pc.round(pc.multiply(quantity, unit_cost), 4, round_mode="half_towards_infinity")
