"""The two tables around `planning.recommendations.recommend`: what it reads and what it returns."""

import pyarrow as pa

from planning.distribution import QUANTILE_LEVELS
from planning.fixed_point import QUANTITY

LEAD_TIME_QUANTILES = tuple(f"lead_time_q{round(100 * level)}" for level in QUANTILE_LEVELS)
"""Demand over the lead time at each of the quantile levels."""

# One row a location_key x item_key: the columns of marts.recommendation_inputs that the policy needs.
# Quantities are units of the item, money is in `currency`, rates are units a day.
INPUTS = pa.schema(
    [
        pa.field("location_key", pa.string(), nullable=False),
        pa.field("location_name", pa.string()),
        pa.field("item_key", pa.string(), nullable=False),
        pa.field("item_name", pa.string()),
        pa.field("sku", pa.string()),
        pa.field("barcode", pa.string()),
        pa.field("category", pa.string()),
        pa.field("supplier_id", pa.string()),
        pa.field("supplier_name", pa.string()),
        pa.field("currency", pa.string()),
        pa.field("is_active", pa.bool_()),
        pa.field("location_is_active", pa.bool_()),
        pa.field("made_from_recipe", pa.bool_()),
        pa.field("recipe_incomplete", pa.bool_()),
        pa.field("stock_known", pa.bool_()),
        pa.field("on_hand", QUANTITY),
        pa.field("on_order", QUANTITY),
        pa.field("on_order_late", QUANTITY),
        pa.field("on_order_overdue", QUANTITY),
        pa.field("committed", QUANTITY),
        pa.field("inventory_position", QUANTITY),
        pa.field("unit_cost", QUANTITY),
        pa.field("net_price", QUANTITY),
        pa.field("velocity_28d", pa.float64()),
        pa.field("abc_class", pa.string()),
        pa.field("xyz_class", pa.string()),
        pa.field("order_wait_days", pa.int32()),
        pa.field("lead_time_days", QUANTITY),
        pa.field("review_period_days", pa.int32()),
        pa.field("protection_days", pa.int32()),
        pa.field("service_kind", pa.string()),
        pa.field("service_level", QUANTITY),
        pa.field("pack_size", QUANTITY),
        pa.field("minimum_order", QUANTITY),
        pa.field("max_stock", QUANTITY),
        pa.field("shelf_life_days", pa.int32()),
        pa.field("settings_codes", pa.string()),
        pa.field("forecast_daily", pa.float64()),
        pa.field("demand_mean", pa.float64()),
        pa.field("demand_sd", pa.float64()),
        pa.field("demand_quantile", pa.float64()),
        pa.field("lead_time_demand_sd", pa.float64()),
        *(pa.field(name, pa.float64()) for name in LEAD_TIME_QUANTILES),
        pa.field("safety_stock", QUANTITY),
        pa.field("pack_allowance", QUANTITY),
        pa.field("reorder_point", QUANTITY),
        pa.field("order_up_to", QUANTITY),
        pa.field("method", pa.string()),
        pa.field("accuracy", pa.float64()),
    ]
)

# Columns that the result carries over as they came, in front of what the policy adds.
SAID_BY_CODES = {
    *("is_active", "location_is_active", "made_from_recipe", "recipe_incomplete", "settings_codes")
}
CARRIED = tuple(name for name in INPUTS.names if name not in SAID_BY_CODES)

RECOMMENDATIONS = pa.schema(
    [
        pa.field("as_of_date", pa.date32(), nullable=False),
        *(INPUTS.field(name) for name in CARRIED),
        pa.field("transfer_in", QUANTITY),  # units from other stores; null where the stock is not known
        pa.field("transfer_out", QUANTITY),  # units to other stores
        pa.field("recommended_quantity", QUANTITY),  # null where the stock is not known
        pa.field("order_cost", QUANTITY),  # null where the unit cost is not known
        pa.field("days_of_cover", pa.float64()),  # null without stock data or without demand
        pa.field("projected_stockout_date", pa.date32()),
        pa.field("stockout_probability", pa.float64()),  # before an order placed today arrives
        pa.field("urgency", pa.string(), nullable=False),
        pa.field("order_by_date", pa.date32()),
        pa.field("lost_sales_estimate", pa.float64()),  # units, until an order placed today arrives
        pa.field("overstock_quantity", QUANTITY),
        pa.field("reason_codes", pa.list_(pa.string()), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
    ]
)

# One row a movement between two stores of the business.
TRANSFERS = pa.schema(
    [
        pa.field("as_of_date", pa.date32(), nullable=False),
        pa.field("from_location_key", pa.string(), nullable=False),
        pa.field("from_location_name", pa.string()),
        pa.field("to_location_key", pa.string(), nullable=False),
        pa.field("to_location_name", pa.string()),
        pa.field("item_key", pa.string(), nullable=False),
        pa.field("item_name", pa.string()),
        pa.field("sku", pa.string()),
        pa.field("barcode", pa.string()),
        pa.field("quantity", QUANTITY, nullable=False),
        pa.field("urgency", pa.string(), nullable=False),  # of the store that receives
        pa.field("reason", pa.string(), nullable=False),
    ]
)

# The order list within a budget: as it was, and what was recommended before.
BUDGETED = RECOMMENDATIONS.append(pa.field("quantity_before_budget", QUANTITY))
