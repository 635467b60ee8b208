"""What the order list reaches and what it costs, on demand that is known: service against stock, both rules.

200 simulated items (see `simulator.demand`) are sold for a year and replayed for another one, day by day,
with lead times that vary, packs and minimum orders. The project's own models forecast each week from what was
sold before it; the naive rule (28-day mean and normal safety stock) orders under the same terms.

    python -m benchmarks.policy [--items 200] [--seed 7] [--builds 4] [--picture benchmarks/policy.svg]

Each build of the models gives the levels of several weekly origins; with `--builds 56` each has its own.
"""

import argparse
import tempfile
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.policy_picture import Line, Panel, write_picture
from benchmarks.simulated_shop import SimulatedShop, origins
from orchestration.dbt import prepared_manifest
from planning.backtest import policy_backtest
from planning.backtest_schema import NAIVE, RECOMMENDATION
from planning.replay import lead_times
from simulator.demand import KINDS, STATIONARY, SimulatedDemand, generate_demand

FIRST_DAY = date(2023, 1, 2)
HISTORY_WEEKS, WARM_UP_WEEKS, WEEKS = 52, 4, 52
TARGETS = ("0.80", "0.90", "0.95", "0.98", "0.99")
NAIVE_TARGETS = (
    0.5,
    0.6,
    0.7,
    0.75,
    0.8,
    0.85,
    0.9,
    0.93,
    0.95,
    0.97,
    0.98,
    0.99,
    0.995,
    0.999,
    0.9995,
    0.9999,
)
"""The naive rule's curve reaches further, so that it can be read at any service that the list reached."""
TOLERANCE = 0.015
DRAWS = 20
"""Lead times drawn for each origin, when the forecast is judged by itself."""
LEAST_SHOWN = 0.75
PATTERNED = tuple(kind for kind in KINDS if kind not in STATIONARY)
GROUPS: Mapping[str, Collection[str]] = {
    **{kind: (kind,) for kind in KINDS},
    "stationary": STATIONARY,
    "patterned": PATTERNED,
    "all": KINDS,
}

Backtests = Mapping[float, pa.Table]


@dataclass(frozen=True)
class Point:
    """What a rule reached over a year with some items.

    Attributes:
        service: Share of order cycles without a stock-out, mean over the items.
        fill_rate: Share of units that were served.
        value: Average value of the stock, all items together.
    """

    service: float
    fill_rate: float
    value: float


def measure(shop: SimulatedShop, builds: int) -> tuple[Backtests, Backtests, Mapping[float, pa.Table]]:
    """The list's backtest at each target, the naive rule's at each of its own, and the list's levels."""
    first = shop.demand.date_of(7 * HISTORY_WEEKS)
    levels: dict[str, list[pa.Table]] = {target: [] for target in TARGETS}
    for as_of, weeks in origins(first, WARM_UP_WEEKS + WEEKS, builds):
        began = time.monotonic()
        for target, part in shop.levels(as_of, TARGETS, weeks).items():
            levels[target].append(part)
        print(f"forecasts of {weeks} weeks up to {as_of}: {time.monotonic() - began:.1f} s", flush=True)
    after = first + timedelta(weeks=WARM_UP_WEEKS + WEEKS)
    demand, items = shop.true_demand(), shop.items()

    def replayed(table: pa.Table, rule: str) -> pa.Table:
        backtest = policy_backtest(table, demand, items, after, days=7 * WEEKS)
        return backtest.filter(pc.equal(backtest["rule"], rule))

    joined = {target: pa.concat_tables(parts) for target, parts in levels.items()}
    some = joined[TARGETS[0]]
    place = some.column_names.index("service_level")
    ours = {float(target): replayed(table, RECOMMENDATION) for target, table in joined.items()}
    naive = {
        target: replayed(some.set_column(place, "service_level", pa.repeat(target, len(some))), NAIVE)
        for target in NAIVE_TARGETS
    }
    return ours, naive, {float(target): table for target, table in joined.items()}


def point(backtest: pa.Table, chosen: pa.Array) -> Point:
    """Adds up some items of a backtest."""
    rows = backtest.filter(chosen)
    sold, demand = (pc.sum(rows[name].cast(pa.float64())).as_py() for name in ("units_sold", "demand"))
    return Point(
        service=pc.mean(rows["service_reached"]).as_py(),
        fill_rate=sold / demand,
        value=float(pc.sum(rows["average_stock_value"]).as_py()),
    )


def of_kinds(backtest: pa.Table, kinds: Collection[str]) -> pa.Array:
    """Which rows are of items of these kinds; an item's SKU begins with its kind."""
    kind = pc.ascii_lower(pc.list_element(pc.split_pattern(backtest["item_name"], "-"), 0))
    return pc.is_in(kind, pa.array(sorted(kinds)))


def value_at(curve: Sequence[Point], service: float) -> float | None:
    """The stock that a rule needs for a service, linear in its normal score between points; None outside."""
    scores, wanted = (_scores([each.service for each in curve]), _scores([service])[0])
    if not scores.min() <= wanted <= scores.max():
        return None
    order = np.argsort(scores)
    return float(np.interp(wanted, scores[order], np.array([each.value for each in curve])[order]))


def _scores(shares: Sequence[float]) -> np.ndarray:
    return np.array([NormalDist().inv_cdf(min(max(share, 1e-6), 1 - 1e-6)) for share in shares])


def show_classes(ours: Backtests, naive: Backtests) -> list[str]:
    """Prints the service reached against the target by ABC class; returns what is out of tolerance."""
    print(
        f"\n{'class':>10} {'target':>7} {'reached':>8} {'points':>7} {'fill':>7} | "
        f"{'naive reached':>13} {'fill':>7}"
    )
    missed = []
    for name in ("A", "B", "C", "all"):
        for target, backtest in ours.items():
            found, other = (
                point(each, pc.or_(pc.equal(each["abc_class"], name), pa.scalar(name == "all")))
                for each in (backtest, naive[target])
            )
            off = found.service - target
            print(
                f"{name:>10} {target:7.2%} {found.service:8.2%} {100 * off:+7.2f} {found.fill_rate:7.2%} | "
                f"{other.service:13.2%} {other.fill_rate:7.2%}"
            )
            if abs(off) > TOLERANCE:
                missed.append(f"class {name} at {target:.0%}: {100 * off:+.1f} points")
    return missed


def within_level(levels: pa.Table, demand: SimulatedDemand) -> np.ndarray:
    """How often the level, in whole units, would have lasted from its origin to the next order's arrival.

    This is the forecast alone: neither packs that do not fit nor sales that are lost are in it.

    Returns:
        The share of draws of the lead time for each row of `levels`; NaN where the days are not over.
    """
    number = {item.sku: place for place, item in enumerate(demand.items)}
    column = np.array([number[key.partition(":")[2]] for key in levels["item_key"].to_pylist()])
    day = np.array([(origin - demand.first_day).days for origin in levels["origin_date"].to_pylist()])
    level, lead_time, deviation = (
        levels[name].cast(pa.float64()).to_numpy()
        for name in ("order_up_to", "lead_time_days", "lead_time_sd_days")
    )
    scores = np.random.default_rng(DRAWS).standard_normal((DRAWS, len(levels)))
    end = day + lead_times(lead_time, deviation, scores) + levels["review_period_days"].to_numpy()
    asked = np.vstack([np.zeros((1, len(number)), np.int64), demand.units.cumsum(axis=0)])
    total = asked[np.minimum(end, len(asked) - 1), column] - asked[day, column]
    over = (end < len(asked)).all(axis=0)
    return np.where(over, (total <= np.ceil(level)).mean(axis=0), np.nan)


def show_groups(
    ours: Backtests, naive: Backtests, levels: Mapping[float, pa.Table], demand: SimulatedDemand
) -> dict[str, tuple[list[Point], list[Point]]]:
    """Prints the stock of both rules at equal service by kind of item; returns the curves."""
    print(
        f"\n{'kind':>13} {'target':>7} {'forecast':>8} {'reached':>8} {'fill':>7} {'stock value':>12} "
        f"{'naive at that service':>22} {'difference':>11}"
    )
    curves = {}
    enough = {target: within_level(table, demand) for target, table in levels.items()}
    kind_of = {item.sku: item.kind for item in demand.items}
    kind = {
        target: np.array([kind_of[key.partition(":")[2]] for key in table["item_key"].to_pylist()])
        for target, table in levels.items()
    }
    for name, kinds in GROUPS.items():
        mine = [point(each, of_kinds(each, kinds)) for each in ours.values()]
        theirs = [point(each, of_kinds(each, kinds)) for each in naive.values()]
        curves[name] = mine, theirs
        for target, found in zip(ours, mine, strict=True):
            needed = value_at(theirs, found.service)
            most = max(each.value for each in theirs)
            told = (
                f"{needed:22,.0f} {found.value / needed - 1:+11.1%}"
                if needed
                else f"{f'not reached with {most:,.0f}':>22}"
            )
            forecast = np.nanmean(enough[target][np.isin(kind[target], list(kinds))])
            print(
                f"{name:>13} {target:7.2%} {forecast:8.2%} {found.service:8.2%} {found.fill_rate:7.2%} "
                f"{found.value:12,.0f} {told}"
            )
    return curves


def picture(curves: Mapping[str, tuple[list[Point], list[Point]]]) -> list[Panel]:
    """Service against stock for both rules: items that do not change, and those with a pattern."""

    def line(name: str, points: Sequence[Point]) -> Line:
        shown = [each for each in points if each.service >= LEAST_SHOWN]
        return Line(name, [(each.value, each.service) for each in shown])

    titles = {"stationary": "Steady items", "patterned": "Items with a weekday pattern, a trend or a season"}
    return [
        Panel(title, [line("order list", curves[name][0]), line("naive rule", curves[name][1])])
        for name, title in titles.items()
    ]


def main() -> None:
    """Simulates, forecasts, replays, and tells what came out."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--items", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--builds", type=int, default=4, help="builds of the models that share the weeks")
    parser.add_argument("--picture", type=Path, default=Path(__file__).with_name("policy.svg"))
    asked = parser.parse_args()
    prepared_manifest()
    demand = generate_demand(
        asked.seed,
        items=asked.items,
        first_day=FIRST_DAY,
        days=7 * (HISTORY_WEEKS + WARM_UP_WEEKS + WEEKS),
    )
    with tempfile.TemporaryDirectory() as folder:
        shop = SimulatedShop(Path(folder) / "data", demand)
        print(f"{asked.items} items, {shop.land():,} sales lines", flush=True)
        ours, naive, levels = measure(shop, asked.builds)
    missed = show_classes(ours, naive)
    curves = show_groups(ours, naive, levels, demand)
    write_picture(picture(curves), asked.picture)
    print(f"\n{asked.picture} shows service against stock.")
    print(f"Out of {100 * TOLERANCE:.1f} points: {'; '.join(missed) or 'nothing'}.")


if __name__ == "__main__":
    main()
