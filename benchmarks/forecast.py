"""How much the forecast that orders follow loses, beside what other methods lose on the same totals.

Three cases: a wholesaler's and a bakery's real sales (files that are not part of the project), and series
whose law never changes. The project's forecast is made as a night makes it: the file is loaded, dbt builds
`demand_forecast` for each origin, which knows only the sales before it. Nothing is tuned on the totals that
are reported: `--selection` measures on earlier totals, and by those methods and constants are chosen.

    python -m benchmarks.forecast
    python -m benchmarks.forecast --selection --cases wholesaler
    python -m benchmarks.forecast --cases bakery --sales-files ~/sales
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.forecast_data import LEAST_SALE_DAYS, Case, bakery, stationary, wholesaler
from benchmarks.forecast_engine import Engine, ForecastWarehouse
from benchmarks.forecast_peers import peers
from benchmarks.forecast_scores import (
    Forecast,
    Units,
    absolute_error,
    coverage,
    difference,
    fill_rate,
    pinball_ratio,
    waste,
)

SALES_FILES = Path(__file__).parents[2] / "shared" / "data"
FILES = {"wholesaler": "online_retail.csv.gz", "bakery": "bakery.csv.gz"}
CASES = (*FILES, "stationary")
OURS = "demand_forecast"
ABC = ("A", "B", "C")


def measure(case: Case, engine: Engine, *, selection: bool, with_peers: bool = True) -> list[str]:
    """The lines that tell of one case.

    Args:
        case: The sales.
        engine: The project's forecasts of them.
        selection: Whether the totals are those that methods are chosen on.
        with_peers: Whether other methods stand beside.
    """
    origins = case.origins(selection=selection)
    items = case.chosen(selection=selection)
    places = [case.place(origin) for origin in origins]
    said = [
        f"## {case.name}: {len(items)} items, {len(origins)} origins from {origins[0]} to {origins[-1]}"
        + (" (for choosing)" if selection else ""),
    ]
    for days in case.horizons:
        actual = np.column_stack([case.totals(origin, days) for origin in origins])[items]
        ours = of_items(engine.forecast(days, case.level), items)
        others = peers(case, items, places, days) if with_peers else {}
        said += ["", f"Totals of {days} day{'s' if days > 1 else ''}, {actual.sum():,.0f} units", ""]
        said += table({OURS: ours, **others}, actual, case.level, engine.abc[items])
        said += ["", calibration(engine, days, items, actual), methods(engine.methods[days][items])]
    return said


def of_items(forecast: Forecast, items: NDArray[np.intp]) -> Forecast:
    """The forecasts of some items."""
    return Forecast(forecast.quantile[items], forecast.mean[items])


def table(forecasts: Mapping[str, Forecast], actual: Units, level: float, abc: NDArray[Any]) -> list[str]:
    """One row a method. Differences are those to the first method; their errors are clustered by item."""
    ours = next(iter(forecasts.values()))
    percent = f"{level:.0%}"
    head = [
        "method",
        f"pinball {percent} / sold",
        "more than ours",
        "standard error",
        f"coverage of {percent}",
    ]
    head += [*(f"of {name}" for name in ABC), "WAPE of the mean", "fill rate", "waste"]
    rows = [head, ["---"] * len(head)]
    for name, forecast in forecasts.items():
        worse = difference(actual, forecast.quantile, ours.quantile, level)
        rows.append(
            [
                name,
                f"{pinball_ratio(actual, forecast.quantile, level):.4f}",
                f"{worse.value:+.4f}" if forecast is not ours else "",
                f"{worse.error:.4f}" if forecast is not ours else "",
                f"{coverage(actual, forecast.quantile):.3f}",
                *(f"{coverage(actual, forecast.quantile, abc == each):.3f}" for each in ABC),
                f"{absolute_error(actual, forecast.mean):.3f}",
                f"{fill_rate(actual, forecast.quantile):.3f}",
                f"{waste(actual, forecast.quantile):.3f}",
            ]
        )
    return [f"| {' | '.join(row)} |" for row in rows]


def calibration(engine: Engine, days: int, items: NDArray[np.intp], actual: Units) -> str:
    """How often the totals stayed within each of our quantiles."""
    reached = (
        f"{level:.0%}: {coverage(actual, quantile[items]):.3f}"
        for (horizon, level), quantile in engine.quantiles.items()
        if horizon == days
    )
    return f"Coverage of our quantiles: {', '.join(reached)}."


def methods(chosen: NDArray[Any]) -> str:
    """Which methods our forecasts came from."""
    names, counts = np.unique(chosen, return_counts=True)
    ranked = sorted(zip(counts.tolist(), names.tolist(), strict=True), reverse=True)
    return f"Methods: {', '.join(f'{name} {count / chosen.size:.0%}' for count, name in ranked)}."


def cases(names: Iterable[str], sales_files: Path, least_sale_days: int) -> dict[str, Callable[[Path], Case]]:
    """How each case is made in a folder; of a file that is not there, says so."""
    made: dict[str, Callable[[Path], Case]] = {
        "wholesaler": lambda folder: wholesaler(sales_files, folder, least_sale_days),
        "bakery": lambda _: bakery(sales_files),
        "stationary": stationary,
    }
    found = {}
    for name in names:
        if name in FILES and not (sales_files / FILES[name]).exists():
            print(f"{name}: left out, because {sales_files / FILES[name]} is not there (--sales-files)\n")
        else:
            found[name] = made[name]
    return found


def asked(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", nargs="+", choices=CASES, default=CASES)
    parser.add_argument(
        "--sales-files",
        type=Path,
        default=Path(os.environ.get("POS_SALES_FILES") or SALES_FILES),
        help="folder of the real sales; default $POS_SALES_FILES, else ../shared/data",
    )
    parser.add_argument(
        "--selection", action="store_true", help="earlier totals, which methods and constants are chosen on"
    )
    parser.add_argument(
        "--sale-days", type=int, default=LEAST_SALE_DAYS, help="of the wholesaler's items that are measured"
    )
    parser.add_argument("--without-peers", action="store_true", help="our forecast alone")
    return parser.parse_args(arguments)


def main() -> None:
    """Measures the cases one after the other."""
    wanted = asked()
    for name, make in cases(wanted.cases, wanted.sales_files, wanted.sale_days).items():
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            case = make(folder)
            print(f"{name}: loading", flush=True)
            warehouse = ForecastWarehouse(case, folder)
            origins = case.origins(selection=wanted.selection)
            print(f"{name}: forecasting at {len(origins)} origins", flush=True)
            engine = warehouse.forecasts(origins)
            said = measure(case, engine, selection=wanted.selection, with_peers=not wanted.without_peers)
        print("\n" + "\n".join(said))
        print(f"\n({time.monotonic() - began:.0f} s)\n", flush=True)


if __name__ == "__main__":
    main()
