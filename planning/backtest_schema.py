"""The tables around `planning.backtest`: what it reads and what it returns."""

import pyarrow as pa

from planning.fixed_point import QUANTITY

RECOMMENDATION, NAIVE = RULES = ("recommendation", "naive")
FILL_RATE = "fill_rate"
"""The kind of target that is a share of units; every other kind is a share of order cycles."""

# One row a location_key x item_key x origin: the columns of marts.safety_stock_history.
LEVELS = pa.schema(
    [
        pa.field("location_key", pa.string(), nullable=False),
        pa.field("item_key", pa.string(), nullable=False),
        pa.field("origin_date", pa.date32(), nullable=False),
        pa.field("forecast_daily", pa.float64()),
        pa.field("order_up_to", QUANTITY),
        pa.field("lead_time_days", QUANTITY),
        pa.field("lead_time_sd_days", QUANTITY),
        pa.field("order_wait_days", pa.int32()),
        pa.field("review_period_days", pa.int32()),
        pa.field("protection_days", pa.int32()),
        pa.field("service_level", QUANTITY),
        pa.field("service_kind", pa.string()),
        pa.field("pack_size", QUANTITY),
        pa.field("minimum_order", QUANTITY),
        pa.field("max_stock", QUANTITY),
        pa.field("shelf_life_days", pa.int32()),
    ]
)

# One row a location_key x item_key x origin x weekday: what a weekday, Monday 1 to Sunday 7, is to the item's
# level (marts.forecast_weekday_index). An item without rows has no week.
WEEKDAYS = pa.schema(
    [
        pa.field("location_key", pa.string(), nullable=False),
        pa.field("item_key", pa.string(), nullable=False),
        pa.field("origin_date", pa.date32(), nullable=False),
        pa.field("weekday", pa.int32(), nullable=False),
        pa.field("day_factor", pa.float64()),
    ]
)

# One row a location_key x item_key x business date since the item's launch: of marts.item_daily_demand.
DEMAND = pa.schema(
    [
        pa.field("location_key", pa.string(), nullable=False),
        pa.field("item_key", pa.string(), nullable=False),
        pa.field("business_date", pa.date32(), nullable=False),
        pa.field("demand", QUANTITY),
    ]
)

# One row a location_key x item_key: of marts.recommendation_inputs.
ITEMS = pa.schema(
    [
        pa.field("location_key", pa.string(), nullable=False),
        pa.field("item_key", pa.string(), nullable=False),
        pa.field("location_name", pa.string()),
        pa.field("item_name", pa.string()),
        pa.field("currency", pa.string()),
        pa.field("abc_class", pa.string()),
        pa.field("unit_cost", QUANTITY),
    ]
)

BACKTEST = pa.schema(
    [
        *ITEMS,
        pa.field("rule", pa.string(), nullable=False),
        pa.field("first_day", pa.date32(), nullable=False),
        pa.field("last_day", pa.date32(), nullable=False),
        pa.field("days", pa.int32(), nullable=False),
        pa.field("service_kind", pa.string()),
        pa.field("service_level", QUANTITY),
        pa.field("service_reached", pa.float64()),  # null without a cycle, or for a fill rate without demand
        pa.field("cycles", pa.int32(), nullable=False),
        pa.field("cycles_without_stockout", pa.int32(), nullable=False),
        pa.field("demand", QUANTITY, nullable=False),
        pa.field("units_sold", QUANTITY, nullable=False),
        pa.field("fill_rate", pa.float64()),  # null without demand
        pa.field("average_stock", QUANTITY, nullable=False),  # units at the close of a day
        pa.field("average_stock_value", QUANTITY),  # at unit cost; null where that is not known
        pa.field("orders", pa.int32(), nullable=False),
        pa.field("units_ordered", QUANTITY, nullable=False),
        pa.field("units_wasted", QUANTITY, nullable=False),
    ]
)

ALL_CLASSES = "all"

# One row a currency x ABC class (and all of them) x rule.
SUMMARY = pa.schema(
    [
        pa.field("currency", pa.string()),
        pa.field("abc_class", pa.string(), nullable=False),
        pa.field("rule", pa.string(), nullable=False),
        pa.field("items", pa.int32(), nullable=False),
        pa.field("service_level", pa.float64()),
        pa.field("service_reached", pa.float64()),
        pa.field("fill_rate", pa.float64()),
        pa.field("average_stock", QUANTITY),
        pa.field("average_stock_value", QUANTITY),
        pa.field("stock_against_naive", pa.float64()),
        pa.field("orders", pa.int32()),
        pa.field("units_wasted", QUANTITY),
    ]
)
