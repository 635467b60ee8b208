"""The demand forecast, redone in plain Python from the daily demand: one small function a step.

It reads what the forecast reads (days of demand, days of the stores, settings, categories) and shares nothing
with the SQL but the constants, which stand here a second time.
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from statistics import NormalDist
from typing import Any

import numpy as np

ORIGINS, NEW_ITEM_DAYS, NEW_ITEM_WEIGHT, MINIMUM_DAYS = 26, 28, 3, 14
ITEM_SALE_DAYS, CATEGORY_SALE_DAYS, OPEN_SHARE_DAYS, CLASS_WEEKS = 60, 200, 56, 13
HALF_LIVES = {"level_7d": 7, "level_14d": 14, "level_28d": 28, "level_56d": 56, "level_126d": 126}
LEVELS = [*HALF_LIVES, "level_mean"]
CANDIDATES = [*LEVELS, "level_trend", "level_turn", "level_season", "level_average"]
QUANTILES = {"q50": 0.50, "q80": 0.80, "q90": 0.90, "q95": 0.95, "q98": 0.98, "q99": 0.99}

Key = tuple[str, str]


@dataclass(frozen=True)
class Day:
    """A day of an item, so many days before the day of ordering."""

    ago: int
    weekday: int
    demand: float
    observable: bool
    comparable: bool

    @property
    def week(self) -> int:
        return (self.ago - 1) // 7


@dataclass(frozen=True)
class Span:
    """An interval of the backtest."""

    origin: int
    number: int
    known: int
    weight: float
    comparable: int
    factor: float
    open_days: float
    actual: float


class Forecast:
    """All steps for all items; each is a method that remembers its answers."""

    def __init__(
        self,
        as_of: date,
        demand: Iterable[dict[str, Any]],
        sales: Iterable[dict[str, Any]],
        settings: Iterable[dict[str, Any]],
        categories: dict[str, str | None],
    ) -> None:
        self.as_of = as_of
        self.days: dict[Key, list[Day]] = defaultdict(list)
        for row in demand:
            out = row["unobservable_because"] == "out_of_stock"
            self.days[row["location_key"], row["item_key"]].append(
                Day(row["days_ago"], row["weekday"], float(row["demand"]), row["is_observable"], not out)
            )
        self.open: dict[str, dict[int, bool]] = defaultdict(dict)
        self.turnover: dict[Key, dict[int, list[float]]] = defaultdict(
            lambda: defaultdict(lambda: [0.0, 0.0])
        )
        for row in sales:
            ago = (as_of - row["business_date"]).days
            self.open[row["location_key"]][ago] = row["is_store_open"]
            week = self.turnover[row["location_key"], row["item_key"]][(ago - 1) // 7]
            week[0] += float(row["net_sales"] or 0)
            week[1] += float(row["units_sold"])
        self.protection = {(row["location_key"], row["item_key"]): row["protection_days"] for row in settings}
        self.categories = categories
        for name in (
            "index",
            "level",
            "season",
            "deviation",
            "spans",
            "chosen",
            "spread",
            "law",
            "abc",
            "residuals",
        ):
            setattr(self, name, cache(getattr(self, name)))

    def category(self, key: Key) -> str:
        return self.categories[key[1]] or ""

    def reach(self, key: Key) -> int:
        """Weeks after its origin in which an interval is over."""
        return math.ceil(self.protection[key] / 7)

    def oldest(self, key: Key) -> int:
        return min(max(day.week for day in self.days[key]), ORIGINS + self.reach(key))

    def at(self, origin: int) -> list[Key]:
        return [key for key in self.days if self.oldest(key) >= origin]

    def known(self, key: Key, origin: int) -> list[Day]:
        return [day for day in self.days[key] if day.observable and day.ago > 7 * origin]

    def _weekday_sums(self, key: Key, origin: int) -> tuple[dict[int, float], dict[int, int], int]:
        sold: dict[int, float] = defaultdict(float)
        count: dict[int, int] = defaultdict(int)
        for day in self.known(key, origin):
            sold[day.weekday] += day.demand
            count[day.weekday] += 1
        return sold, count, sum(day.demand > 0 for day in self.known(key, origin))

    def index(self, location: str, origin: int) -> dict[tuple[Key, int], float]:
        """Each item's weekdays: drawn to its category's, and these to the store's."""
        keys = [key for key in self.at(origin) if key[0] == location]
        sums = {key: self._weekday_sums(key, origin) for key in keys}
        mean = {
            key: np.mean([sold[each] / count[each] for each in count]) if count else 0.0
            for key, (sold, count, _) in sums.items()
        }

        def raw(members: list[Key], weekday: int) -> float | None:
            expected = sum(mean[key] * sums[key][1][weekday] for key in members)
            return sum(sums[key][0][weekday] for key in members) / expected if expected else None

        def drawn(wide: float, own: float | None, evidence: float, constant: float) -> float:
            return wide if own is None else (evidence * own + constant * wide) / (evidence + constant)

        found = {}
        for weekday in range(1, 8):
            store = raw(keys, weekday)
            store = 1.0 if store is None else store
            for category in {self.category(key) for key in keys}:
                members = [key for key in keys if self.category(key) == category]
                evidence = sum(sums[key][2] for key in members)
                middle = drawn(store, raw(members, weekday), evidence, CATEGORY_SALE_DAYS)
                for key in members:
                    found[key, weekday] = drawn(middle, raw([key], weekday), sums[key][2], ITEM_SALE_DAYS)
        return found

    def open_share(self, location: str, origin: int, weekday: int) -> float:
        days = [
            is_open
            for ago, is_open in self.open[location].items()
            if 7 * origin < ago <= 7 * origin + OPEN_SHARE_DAYS
            and (self.as_of - timedelta(days=ago)).isoweekday() == weekday
        ]
        return float(np.mean(days)) if days else 0.0

    def _own_level(self, key: Key, origin: int, name: str) -> float:
        indexes = self.index(key[0], origin)
        half_life = HALF_LIVES.get(name, math.inf)
        weight = [(day, 0.5 ** ((day.ago - 7 * origin) / half_life)) for day in self.known(key, origin)]
        expected = sum(each * indexes[key, day.weekday] for day, each in weight)
        return sum(each * day.demand for day, each in weight) / expected if expected else 0.0

    def is_new(self, key: Key, origin: int) -> bool:
        return len(self.known(key, origin)) < NEW_ITEM_DAYS

    def category_level(self, key: Key, origin: int) -> float | None:
        known = [
            self._own_level(other, origin, "level_mean")
            for other in self.at(origin)
            if other[0] == key[0]
            and self.category(other) == self.category(key)
            and not self.is_new(other, origin)
        ]
        return float(np.mean(known)) if known else None

    def level(self, key: Key, origin: int, name: str) -> float:
        if name == "level_average":
            return float(np.mean([self.level(key, origin, each) for each in LEVELS]))
        if name == "level_season":
            return self.level(key, origin, "level_14d") * self.season(key, origin)
        if name in ("level_trend", "level_turn"):
            short, long = (28, 126) if name == "level_trend" else (7, 28)
            recent, before = (self.level(key, origin, f"level_{days}d") for days in (short, long))
            rate = min(2.0, max(0.5, recent / before)) if before else 1.0
            age = self.age(key, origin, short)
            seen = self.age(key, origin, long) - age
            return recent * rate ** min(1.0, (age + self.protection[key] / 2) / seen if seen else 0.0)
        own = self._own_level(key, origin, name)
        wide = self.category_level(key, origin) if self.is_new(key, origin) else None
        if wide is None:
            return own
        days = len(self.known(key, origin))
        return (days * own + NEW_ITEM_WEIGHT * wide) / (days + NEW_ITEM_WEIGHT)

    def age(self, key: Key, origin: int, half_life: int) -> float:
        """Mean age of the days of a level, before the origin."""
        ages = [day.ago - 7 * origin for day in self.known(key, origin)]
        return float(np.average(ages, weights=[0.5 ** (each / half_life) for each in ages])) if ages else 0.0

    def last_year(self, key: Key, origin: int) -> tuple[float, float] | None:
        """Demand of 28 days after and before the day 364 days before the origin."""
        border = 7 * origin + 364
        after = [day.demand for day in self.known(key, 0) if border - 28 < day.ago <= border]
        before = [day.demand for day in self.known(key, 0) if border < day.ago <= border + 28]
        if len(after) < 14 or len(before) < 14:
            return None
        return 28 * float(np.mean(after)), 28 * float(np.mean(before))

    def season(self, key: Key, origin: int) -> float:
        sums = {
            other: found
            for other in self.at(origin)
            if other[0] == key[0] and (found := self.last_year(other, origin))
        }
        if not sum(before for _, before in sums.values()):
            return 1.0
        ratio = sum(after for after, _ in sums.values()) / sum(before for _, before in sums.values())
        alike = [found for other, found in sums.items() if self.category(other) == self.category(key)]
        after, before = (sum(each) for each in zip(*alike, strict=True)) if alike else (0.0, 0.0)
        ratio = (after + 300 * ratio) / (before + 300)
        after, before = sums.get(key, (0.0, 0.0))
        return min(2.0, max(0.5, (after + 30 * ratio) / (before + 30)))

    def deviation(self, key: Key, origin: int) -> float:
        off = []
        for day in self.known(key, origin):
            judge = min(day.week + 1, self.oldest(key))
            expected = self.level(key, judge, "level_28d") * self.index(key[0], judge)[key, day.weekday]
            off.append(abs(day.demand - expected))
        return float(np.mean(off)) if off else 0.0

    def abc(self, location: str, origin: int) -> dict[Key, str]:
        recent = {
            key: [
                sum(self.turnover[key][week][each] for week in range(origin, origin + CLASS_WEEKS)
                    if week <= self.oldest(key))
                for each in (0, 1)
            ]
            for key in self.at(origin)
            if key[0] == location
        }  # fmt: skip
        kind = 0 if any(net > 0 for net, _ in recent.values()) else 1
        worth = {key: max(0.0, each[kind]) for key, each in recent.items()}
        before, classes = 0.0, {}
        for key in sorted(worth, key=lambda key: (-worth[key], key[1])):
            share = before / sum(worth.values()) if sum(worth.values()) else 1.0
            classes[key] = "A" if share < 0.8 else "B" if share < 0.95 else "C"
            before += worth[key]
        return classes

    def day_factor(self, key: Key, origin: int, weekday: int) -> float:
        return self.index(key[0], origin)[key, weekday] * self.open_share(key[0], origin, weekday)

    def spans(self, key: Key) -> list[Span]:
        length, reach = self.protection[key], self.reach(key)
        tries = max(1, 7 // length)
        by_ago = {day.ago: day for day in self.days[key]}
        found = []
        for origin in range(1, self.oldest(key) + 1):
            for number in range(tries):
                agos = [7 * origin - number * length - each for each in range(length)]
                days = [by_ago[ago] for ago in agos if ago in by_ago]
                comparable = [day for day in days if day.comparable]
                if (
                    len(days) == length
                    and 2 * len(comparable) >= length
                    and len(self.known(key, origin)) >= MINIMUM_DAYS
                ):
                    found.append(
                        Span(
                            origin, number, origin - reach, 1 / tries, len(comparable),
                            sum(self.day_factor(key, origin, day.weekday) for day in comparable),
                            sum(self.open_share(key[0], origin, day.weekday) for day in days),
                            sum(day.demand for day in comparable),
                        )
                    )  # fmt: skip
        return found

    def _known_errors(self, key: Key, origin: int) -> tuple[float, dict[str, float]]:
        """Weight of the intervals over by the origin, and each candidate's weighted squared errors."""
        weight, errors = 0.0, dict.fromkeys(CANDIDATES, 0.0)
        for span in self.spans(key):
            if span.known >= origin:
                share = span.weight * 0.5 ** ((span.origin - origin) / 13)
                weight += share
                for name in errors:
                    error = span.actual - self.level(key, span.origin, name) * span.factor
                    errors[name] += share * error**2
        return weight, errors

    def chosen(self, origin: int) -> dict[Key, tuple[float, dict[str, float]]]:
        """Each item's level and the candidates' scores; the lowest did best."""
        known = {key: self._known_errors(key, origin) for key in self.at(origin)}
        pooled = {
            name: sum(min(errors[name], 2 * errors["level_average"]) for _, errors in known.values())
            for name in CANDIDATES
        }
        found = {}
        for key, (weight, errors) in known.items():
            average = errors["level_average"]
            score = {}
            for name in errors:
                wide = pooled[name] / pooled["level_average"] if pooled["level_average"] else 1.0
                own = errors[name] / average if average > 1e-6 else 1.0
                score[name] = (weight * own + 4 * wide) / (weight + 4)
            best = min(score.values())
            say = {name: math.exp(20 * (best - each)) for name, each in score.items()}
            level = sum(say[name] * self.level(key, origin, name) for name in say) / sum(say.values())
            found[key] = level, score
        return found

    def residual(self, key: Key, span: Span) -> float:
        expected = self.chosen(span.origin)[key][0] * span.factor
        return (span.actual - expected) * math.sqrt(self.protection[key] / span.comparable)

    def whole(self, key: Key, span: Span) -> tuple[float, float]:
        """Expected total of the whole interval, and what its days deviate."""
        expected = self.chosen(span.origin)[key][0] * span.factor * self.protection[key] / span.comparable
        return expected, self.deviation(key, span.origin) * math.sqrt(span.open_days)

    def _over(self, key: Key, origin: int) -> list[Span]:
        return [span for span in self.spans(key) if span.known >= origin]

    def law(self, origin: int) -> tuple[float, float, float]:
        """Intercept and slopes of log spread on log mean and log deviation."""
        rows = []
        for key in self.at(origin):
            over = self._over(key, origin)
            if len(over) < 4:
                continue
            error = np.mean([self.residual(key, span) ** 2 for span in over])
            mean, off = np.mean([self.whole(key, span) for span in over], axis=0)
            if mean > 0 and error > (0.01 * mean) ** 2 and off > 0.0001 * mean:
                rows.append((0.5 * math.log(error), 1.0, math.log(mean), math.log(off)))
        if len(rows) < 10:
            return 0.0, 0.5, 0.0
        table = np.array(rows)
        return tuple(np.linalg.lstsq(table[:, 1:], table[:, 0], rcond=None)[0])

    def spread(self, key: Key, origin: int, mean: float, off: float) -> float:
        if mean <= 0:
            return 0.0
        intercept, slope, deviation_slope = self.law(origin)
        lawful = math.exp(
            intercept + slope * math.log(mean) + deviation_slope * math.log(max(off, 0.01 * mean))
        )
        over = self._over(key, origin)
        weight = [0.5 ** (span.origin / 6) for span in over]
        error = np.average([self.residual(key, span) ** 2 for span in over], weights=weight) if over else 0
        own = (
            sum(weight) ** 2 / sum(each**2 for each in weight) * min(1, 7 / self.protection[key])
            if over
            else 0
        )
        return math.sqrt((own * error + 32 * lawful**2) / (own + 32))

    def residuals(self) -> list[tuple[int, str, int, float]]:
        """Week from which it is known, class, size and standardised residual of each interval."""
        found = []
        for key in self.days:
            for span in self.spans(key):
                mean, off = self.whole(key, span)
                spread = self.spread(key, span.origin, mean, off)
                if len(self._over(key, span.origin)) >= 4 and spread > 0:
                    abc = self.abc(key[0], span.origin)[key]
                    found.append((span.known, abc, size(mean), self.residual(key, span) / spread))
        return found

    def score(self, origin: int, abc: str, demand_size: int, level: float) -> float:
        """The pooled quantile of standardised residuals."""
        known = [row for row in self.residuals() if origin <= row[0] < origin + 13]

        def drawn(wide: float, values: list[float], constant: float) -> float:
            if not values:
                return wide
            return (len(values) * np.quantile(values, level) + constant * wide) / (len(values) + constant)

        wide_size = (demand_size + 6) // 4
        every = drawn(NormalDist().inv_cdf(level), [row[3] for row in known], 60)
        of_class = drawn(every, [row[3] for row in known if row[1] == abc], 300)
        wide = drawn(every, [row[3] for row in known if (row[2] + 6) // 4 == wide_size], 300)
        of_size = drawn(wide, [row[3] for row in known if row[2] == demand_size], 300)
        return (of_class + of_size) / 2

    def total(self, key: Key, origin: int) -> dict[str, float]:
        """Mean, spread and quantiles of the interval from an origin on."""
        weekdays = [(self.as_of + timedelta(days=each)).isoweekday() for each in range(self.protection[key])]
        level = self.chosen(origin)[key][0]
        mean = level * sum(self.day_factor(key, origin, weekday) for weekday in weekdays)
        open_days = sum(self.open_share(key[0], origin, weekday) for weekday in weekdays)
        spread = self.spread(key, origin, mean, self.deviation(key, origin) * math.sqrt(open_days))
        abc = self.abc(key[0], origin)[key]
        return {
            "level": level,
            "demand_mean": mean,
            "fixed_interval_sd": spread,
            **{
                name: max(0.0, mean + self.score(origin, abc, size(mean), share) * spread)
                for name, share in QUANTILES.items()
            },
        }


def size(mean: float) -> int:
    """Half octaves of a total."""
    return max(-6, min(20, math.floor(2 * math.log(max(mean, 0.001)) / math.log(2))))
