"""Hand-made forecasts and settings, and the safety stock that the models make of them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from scipy import stats

from tests.dbt_project.warehouse import Warehouse

LEVELS = {"q50": 0.50, "q80": 0.80, "q90": 0.90, "q95": 0.95, "q98": 0.98, "q99": 0.99}
ORIGIN = date(2026, 11, 3)
EXACT = pa.decimal128(18, 4)
Row = dict[str, Any]

SETTINGS = pa.schema(
    [
        ("location_key", pa.string()),
        ("item_key", pa.string()),
        *((name, EXACT) for name in ("lead_time_days", "lead_time_sd_days")),
        *((name, pa.int32()) for name in ("review_period_days", "order_wait_days", "protection_days")),
        ("service_kind", pa.string()),
        *((name, EXACT) for name in ("service_level", "pack_size", "minimum_order", "max_stock")),
        ("shelf_life_days", pa.int32()),
    ]
)
FORECASTS = pa.schema(
    [
        ("location_key", pa.string()),
        ("item_key", pa.string()),
        ("origin_weeks_ago", pa.int32()),
        ("origin_date", pa.date32()),
        ("protection_days", pa.int32()),
        ("is_counted", pa.bool_()),
        *((name, pa.float64()) for name in ("forecast_daily", "demand_mean", "fixed_interval_sd", *LEVELS)),
    ]
)
DEMAND = pa.schema(
    [
        ("location_key", pa.string()),
        ("item_key", pa.string()),
        ("is_observable", pa.bool_()),
        ("days_ago", pa.int32()),
        ("demand", EXACT),
    ]
)


def rules(
    *, kind: str = "cycle_service", level: float = 0.95, lead_time: float = 3, review: int = 7, **more: Any
) -> Row:
    """The settings in force of an item, which is weighed: any quantity of it can be ordered."""
    wait = more.get("order_wait_days", 0)
    numbers = {"lead_time_sd_days": 0, "pack_size": 0.0001, "minimum_order": 0, **more}
    return {
        "location_key": "shop",
        "lead_time_days": exactly(lead_time),
        "review_period_days": review,
        "order_wait_days": wait,
        "protection_days": max(1, int(np.ceil(wait + lead_time + review))),
        "service_kind": kind,
        "service_level": exactly(level),
        "max_stock": None,
        "shelf_life_days": None,
        **{name: exactly(numbers[name]) for name in ("lead_time_sd_days", "pack_size", "minimum_order")},
    }


def exactly(value: float) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.0001"))


def normal(daily: float, deviation: float, days: int) -> Row:
    """A forecast whose total over some days is normal."""
    mean = daily * days
    return forecast(
        daily, deviation, days, {name: mean + deviation * stats.norm.ppf(at) for name, at in LEVELS.items()}
    )


def forecast(
    daily: float, deviation: float, days: int, quantiles: Row, weeks_ago: int = 0, *, counted: bool = False
) -> Row:
    return {
        "location_key": "shop",
        "origin_weeks_ago": weeks_ago,
        "origin_date": ORIGIN,
        "protection_days": days,
        "forecast_daily": daily,
        "is_counted": counted,
        "demand_mean": daily * days,
        "fixed_interval_sd": deviation,
        **quantiles,
    }


@dataclass(frozen=True)
class Models:
    """The SQL of safety_stock_history and safety_stock, as dbt compiles it."""

    queries: dict[str, str]

    @classmethod
    def compiled(cls, warehouse: Warehouse) -> "Models":
        results = warehouse.run("compile", "--select", "safety_stock_history", "safety_stock")
        return cls({each.node.name: each.node.compiled_code for each in results})

    def __call__(
        self, cases: list[tuple[Row, Row | None]], demand: list[Row] | None = None
    ) -> dict[str, list[Row]]:
        """The rows of both models, by item; items get their number in `cases` as key.

        Args:
            cases: Settings in force, and the forecast where there is one.
            demand: Rows of item_daily_demand.
        """
        named = [(f"{number:06}", *case) for number, case in enumerate(cases)]
        tables = {
            "replenishment_settings": (SETTINGS, [{**rule, "item_key": key} for key, rule, _ in named]),
            "forecast_history": (FORECASTS, [{**each, "item_key": key} for key, _, each in named if each]),
            "item_daily_demand": (DEMAND, demand or []),
        }
        with duckdb.connect() as connection:
            connection.execute("attach ':memory:' as warehouse; create schema warehouse.marts")
            for name, (schema, rows) in tables.items():
                incoming = pa.Table.from_pylist(rows, schema=schema)  # noqa: F841
                connection.execute(f"create table warehouse.marts.{name} as from incoming")
            found = {}
            for name in ("safety_stock_history", "safety_stock"):
                connection.execute(f"create table warehouse.marts.{name} as {self.queries[name]}")
                table = connection.sql(f"from warehouse.marts.{name} order by item_key").to_arrow_table()
                found[name] = table.to_pylist()
        return found

    def one(self, rule: Row, expected: Row | None) -> Row:
        """The present row of one item, with what only the history says of it."""
        found = self([(rule, expected)])
        return {**found["safety_stock_history"][0], **found["safety_stock"][0]}
