"""A warehouse of simulated demand, and the order-up-to levels that the project's models make of it."""

import csv
import os
from collections.abc import Collection, Sequence
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from connectors.core.connections import load_connections
from connectors.core.landing import land
from connectors.registry import CONNECTORS
from orchestration.dbt import build_environment, failure_of, run_build, without_staging_of_others
from orchestration.planning_settings import read_settings, write_settings
from orchestration.settings import Settings
from orchestration.warehouse import create_raw_tables
from planning.backtest_schema import DEMAND, ITEMS, LEVELS
from simulator.demand import SimulatedDemand, write_demand_csv

SYSTEM = "csv"
EVERYTHING_NEEDED = ("+safety_stock_history", "+recommendation_inputs")
ANOTHER_DAY = tuple(f"{name},path:models/marts" for name in EVERYTHING_NEEDED)
ANOTHER_TARGET = ("replenishment_rules", "replenishment_settings", "safety_stock_history")
REVIEW_PERIOD_DAYS = 7
SETTINGS_COLUMNS = (
    "scope",
    "key",
    "lead_time_days",
    "lead_time_sd_days",
    "review_period_days",
    "service_level",
    "pack_size",
    "minimum_order",
)


class SimulatedShop:
    """One store whose sales are known before, read from a file as any shop's are."""

    def __init__(self, folder: Path, demand: SimulatedDemand) -> None:
        self.demand = demand
        self.settings = Settings(data_dir=folder, settings_dir=folder / "settings")
        self._selection: Sequence[str] = EVERYTHING_NEEDED

    def land(self) -> int:
        """Writes the sales and reads them into a new warehouse; returns how many lines there are."""
        inbox = self.settings.data_dir / "inbox"
        for folder in (inbox, self.settings.build_dir, self.settings.settings_dir):
            folder.mkdir(parents=True)
        lines = write_demand_csv(self.demand, inbox / "sales.csv")
        environment = {"CSV_INBOX": str(inbox), "POS_TIMEZONE": "UTC"}
        (connection,) = load_connections(None, environment)
        with duckdb.connect(str(self.settings.working_file)) as warehouse:
            create_raw_tables(warehouse, CONNECTORS.values())
        land(
            connection,
            CONNECTORS[SYSTEM],
            warehouse=self.settings.working_file,
            pipelines=self.settings.pipelines_dir,
            lock=nullcontext(),
            hash_key=os.urandom(32),
            now=datetime.now(UTC),
            progress=lambda line: None,
        )
        return lines

    def levels(self, as_of: date, targets: Collection[str], weeks: int) -> dict[str, pa.Table]:
        """Builds the models as on a day, and reads the levels of its last weekly origins for each target.

        Args:
            as_of: The day; later sales are not read.
            targets: Service levels.
            weeks: How many origins, the day itself among them.

        Returns:
            A table of levels (`planning.backtest_schema.LEVELS`) for each target.
        """
        found = {}
        for target in targets:
            self._choose(target)
            self._run(as_of, self._selection)
            self._selection = ANOTHER_TARGET
            found[target] = self.read(
                f"select {', '.join(LEVELS.names)} from marts.safety_stock_history"
                f" where origin_weeks_ago < {weeks}"
            )
        self._selection = ANOTHER_DAY
        return found

    def items(self) -> pa.Table:
        """Names, costs and ABC classes as of the last build."""
        return self.read(f"select {', '.join(ITEMS.names)} from marts.recommendation_inputs")

    def true_demand(self) -> pa.Table:
        """What was asked for on every day, under the warehouse's keys."""
        keys = self.read("select distinct location_key, item_key, sku from marts.recommendation_inputs")
        by_sku = {row["sku"] or row["item_key"].partition(":")[2]: row for row in keys.to_pylist()}
        days = len(self.demand.units)
        dates = pa.array([self.demand.date_of(day) for day in range(days)], pa.date32())
        parts = []
        for number, item in enumerate(self.demand.items):
            key = by_sku.get(item.sku)
            if key is not None:
                parts.append(
                    pa.table(
                        {
                            "location_key": pa.repeat(key["location_key"], days),
                            "item_key": pa.repeat(key["item_key"], days),
                            "business_date": dates,
                            "demand": pa.array(self.demand.units[:, number]).cast(pa.decimal128(22, 0)),
                        }
                    ).cast(DEMAND)
                )
        return pa.concat_tables(parts)

    def _choose(self, target: str) -> None:
        """Writes the buyer's settings, with one service level for all items."""
        rows: list[Sequence[Any]] = [("default", "", 7, 0, REVIEW_PERIOD_DAYS, Decimal(target), 1, 0)]
        rows += [
            ("item", f"{SYSTEM}:{item.sku}", item.lead_time_days, item.lead_time_sd_days, "", "",
             item.pack_size, item.minimum_order)
            for item in self.demand.items
        ]  # fmt: skip
        path = self.settings.settings_dir / "replenishment.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([SETTINGS_COLUMNS, *rows])
        with duckdb.connect(str(self.settings.working_file)) as warehouse:
            write_settings(warehouse, read_settings(self.settings.settings_dir))

    def _run(self, as_of: date, selection: Sequence[str]) -> None:
        arguments = ["run", "--select", *selection, *without_staging_of_others([SYSTEM])]
        with build_environment(self.settings, as_of, [SYSTEM]):
            outcome = run_build(arguments, self.settings.dbt_target_dir, lambda _: None)
        if not outcome.success:
            raise failure_of(outcome)

    def read(self, query: str) -> pa.Table:
        """Asks the warehouse."""
        with duckdb.connect(str(self.settings.working_file)) as warehouse:
            return warehouse.sql(query).to_arrow_table()


def origins(first: date, weeks: int, builds: int) -> list[tuple[date, int]]:
    """The builds that make an order-up-to level for every week.

    Args:
        first: The first origin.
        weeks: How many weekly origins.
        builds: How many builds share them; `weeks` for one build an origin.

    Returns:
        Day and number of origins of each build; the day is its last origin.
    """
    borders = [round(number * weeks / builds) for number in range(builds + 1)]
    return [(first + timedelta(weeks=after - 1), after - before) for before, after in pairwise(borders)]
