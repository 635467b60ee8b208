"""The project's own forecasts, made as a night makes them: a file is loaded, dbt builds, the mart is read.

The sales are loaded once. What depends on the day of the order or on the settings is then built for each
origin: it is the first day of the total, and only sales before it count.
"""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import yaml
from numpy.typing import NDArray

from benchmarks.forecast_data import Case
from benchmarks.forecast_scores import Forecast, Units
from connectors.registry import CONNECTORS
from orchestration.dbt import build_environment, failure_of, prepared_manifest, run_build
from orchestration.planning_settings import read_settings, write_settings
from orchestration.settings import Settings
from orchestration.warehouse import systems_with_rows

HASH_KEY = "of made-up customers only"
OF_THE_DAY = ("item_opening_stock+,+demand_forecast", "item_daily_sales+,+demand_forecast")
"""Models that depend on the day of the order."""
OF_THE_SETTINGS = ("replenishment_rules+,+demand_forecast",)
"""Models that depend on the days that an order has to last for."""
LEVELS = {0.5: "q50", 0.8: "q80", 0.9: "q90", 0.95: "q95", 0.98: "q98", 0.99: "q99"}


@dataclass(frozen=True)
class Engine:
    """What the mart said of the case's items, shape (items, origins) each.

    Attributes:
        mean: Expected total by horizon.
        quantiles: Quantiles of the total by horizon and level.
        methods: The method by horizon.
        abc: The item's class at the origin; '' where it has none.
    """

    mean: Mapping[int, Units]
    quantiles: Mapping[tuple[int, float], Units]
    methods: Mapping[int, NDArray[Any]]
    abc: NDArray[Any]

    def forecast(self, horizon: int, level: float) -> Forecast:
        """The forecast that an order follows."""
        return Forecast(self.quantiles[horizon, level], self.mean[horizon])


class ForecastWarehouse:
    """A warehouse that holds the case's sales."""

    def __init__(self, case: Case, folder: Path) -> None:
        self.case = case
        self.settings = Settings(data_dir=folder / "data", settings_dir=folder / "settings")
        self.settings.settings_dir.mkdir(parents=True)
        connections = folder / "connections.yaml"
        connections.write_text(yaml.safe_dump({"connections": [dict(case.connection)]}))
        after_the_last = case.first_day + timedelta(days=case.units.shape[1])
        refreshed = subprocess.run(
            [str(Path(sys.executable).parent / "pos"), "refresh", "--as-of", after_the_last.isoformat()],
            env={
                **os.environ,
                "POS_DATA_DIR": str(self.settings.data_dir),
                "POS_CONNECTIONS": str(connections),
                "POS_SETTINGS_DIR": str(self.settings.settings_dir),
                "POS_HASH_KEY": HASH_KEY,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        if refreshed.returncode:
            raise RuntimeError(f"the sales of the {case.name} could not be loaded: {refreshed.stderr}")
        prepared_manifest()
        with duckdb.connect(str(self.settings.working_file)) as connection:
            self.systems = systems_with_rows(connection, CONNECTORS.values())

    def forecasts(self, origins: Sequence[date]) -> Engine:
        """Builds the forecast for each origin and horizon, and reads it.

        Raises:
            RuntimeError: dbt fails, or the mart lacks an item that had been sold before.
        """
        means: dict[int, list[Units]] = {}
        quantiles: dict[tuple[int, float], list[Units]] = {}
        methods: dict[int, list[NDArray[Any]]] = {}
        abc = []
        for origin in origins:
            models: Sequence[str] = OF_THE_DAY
            for horizon in self.case.horizons:
                self._set_protection_days(horizon)
                self._build(origin, models)
                models = OF_THE_SETTINGS
                read = self._read(origin, horizon)
                means.setdefault(horizon, []).append(read["demand_mean"])
                methods.setdefault(horizon, []).append(read["method"])
                for level, name in LEVELS.items():
                    quantiles.setdefault((horizon, level), []).append(read[name])
            abc.append(read["abc_class"])
        return Engine(
            {horizon: np.column_stack(each) for horizon, each in means.items()},
            {key: np.column_stack(each) for key, each in quantiles.items()},
            {horizon: np.column_stack(each) for horizon, each in methods.items()},
            np.column_stack(abc),
        )

    def _set_protection_days(self, days: int) -> None:
        review = 7 if days > 7 else days
        (self.settings.settings_dir / "replenishment.csv").write_text(
            "scope,key,lead_time_days,lead_time_sd_days,review_period_days\n"
            f"default,,{days - review},0,{review}\n"
        )
        with duckdb.connect(str(self.settings.working_file)) as connection:
            write_settings(connection, read_settings(self.settings.settings_dir))

    def _build(self, origin: date, models: Sequence[str]) -> None:
        with build_environment(self.settings, origin, self.systems):
            outcome = run_build(["run", "--select", *models], self.settings.dbt_target_dir, lambda _: None)
        if not outcome.success:
            raise RuntimeError(str(failure_of(outcome)))

    def _read(self, origin: date, horizon: int) -> dict[str, NDArray[Any]]:
        with duckdb.connect(str(self.settings.working_file)) as connection:
            rows = connection.execute(
                f"""
                select
                    items.native_id as item, forecasts.demand_mean, forecasts.method,
                    coalesce(velocity.abc_class, '') as abc_class, {", ".join(LEVELS.values())}
                from marts.demand_forecast as forecasts
                inner join unified.items as items using (item_key)
                left join marts.item_velocity as velocity using (location_key, item_key)
                where forecasts.protection_days = {horizon}
                """
            ).fetchnumpy()
        places = {name: place for place, name in enumerate(rows["item"])}
        before = self.case.units[:, : self.case.place(origin)].any(axis=1)
        unknown = [
            name for name, sold in zip(self.case.items, before, strict=True) if sold and name not in places
        ]
        if unknown:
            raise RuntimeError(
                f"no forecast of {horizon} days from {origin} for {len(unknown)} items of the "
                f"{self.case.name}, among them {unknown[0]}"
            )
        taken = np.array([places.get(name, -1) for name in self.case.items])
        return {
            name: np.where(taken >= 0, column[taken], np.nan if column.dtype.kind == "f" else "")
            for name, column in rows.items()
            if name != "item"
        }
