"""The assets by group, as they are meant to be."""

STAGING_BASES: dict[str, set[str]] = {
    "square": {"locations", "orders", "return_lines", "return_orders", "returns"},
    "shopify": {"orders", "sales"},
    "toast": {"charges", "checks", "counted_otherwise", "orders", "payments", "refunds", "selections"},
    "clover": {"orders", "priced_rows", "refund_lines", "refunds", "rows"},
    "lightspeed_r": {"given_back", "lines", "payments", "sales", "shops"},
    "lightspeed_x": {"adjustments", "amounts", "lines", "outlets", "payments", "sales"},
    "lightspeed_k": {"amounts", "lines", "locations", "payments", "sales"},
    "generic": {"lines", "order_sums", "orders", "priced_lines"},
    "csv": {"rows"},
}
"""What a system's staging models share."""

NOT_TOLD: dict[str, set[str]] = {
    "square": {"purchase_orders", "purchase_order_lines"},
    "shopify": {
        "order_line_modifiers",
        "inventory_movements",
        "suppliers",
        "purchase_orders",
        "purchase_order_lines",
    },
    "toast": {
        "inventory_movements",
        "suppliers",
        "purchase_orders",
        "purchase_order_lines",
    },
    "clover": {
        "inventory_movements",
        "suppliers",
        "purchase_orders",
        "purchase_order_lines",
        "vendor_totals",
    },
    "lightspeed_r": {"order_line_modifiers", "vendor_totals"},
    "lightspeed_x": {"order_line_modifiers", "inventory_movements", "vendor_totals"},
    "lightspeed_k": {
        "inventory_levels",
        "inventory_movements",
        "suppliers",
        "purchase_orders",
        "purchase_order_lines",
        "vendor_totals",
    },
    "generic": {
        "order_line_modifiers",
        "inventory_movements",
        "suppliers",
        "purchase_orders",
        "purchase_order_lines",
        "vendor_totals",
    },
    "csv": {
        "order_line_modifiers",
        "inventory_levels",
        "suppliers",
        "purchase_orders",
        "purchase_order_lines",
        "vendor_totals",
    },
}
"""Entities of which a system says nothing, so that it has no model of them."""

ENTITIES = {
    "locations",
    "items",
    "orders",
    "order_lines",
    "order_line_modifiers",
    "return_lines",
    "refunds",
    "payments",
    "inventory_levels",
    "inventory_movements",
    "suppliers",
    "purchase_orders",
    "purchase_order_lines",
    "vendor_totals",
    "raw_tables",
    "changed_records",
}
"""What staging tells the unified layer."""

STAGING = {
    *(f"staging/base_{pos}__{name}" for pos, names in STAGING_BASES.items() for name in names),
    *(f"staging/stg_{pos}__{name}" for pos, names in NOT_TOLD.items() for name in ENTITIES - names),
}

MODELS: dict[str, set[str]] = {
    "customers": {
        "marts/customer_activity",
        "marts/customer_summary",
    },
    "forecast": {
        "marts/demand_forecast",
        "marts/forecast_accuracy",
        "marts/forecast_backtest",
        "marts/forecast_class",
        "marts/forecast_contest",
        "marts/forecast_deviation",
        "marts/forecast_error",
        "marts/forecast_history",
        "marts/forecast_known_days",
        "marts/forecast_level",
        "marts/forecast_residual",
        "marts/forecast_residual_quantiles",
        "marts/forecast_season",
        "marts/forecast_spread",
        "marts/forecast_spread_law",
        "marts/forecast_weekday_index",
        "marts/forecast_winner",
        "staging/forecast_challengers",
    },
    "inventory": {
        "marts/ingredient_daily_use",
        "marts/inventory_position",
        "marts/item_daily_cancellations",
        "marts/item_daily_demand",
        "marts/item_opening_stock",
        "marts/item_stockouts",
        "marts/item_unit_economics",
        "marts/learnt_lead_times",
        "marts/open_purchase_orders",
        "marts/recipe_ingredients",
        "marts/recipe_lines",
        "marts/recommendation_inputs",
        "marts/replenishment_rules",
        "marts/replenishment_settings",
        "marts/safety_stock",
        "marts/safety_stock_history",
    },
    "items": {
        "marts/dim_items",
        "marts/item_attributes",
        "marts/item_daily_revenue",
        "marts/item_daily_totals",
        "marts/item_daily_sales",
        "marts/item_names",
        "marts/item_seasonality",
        "marts/item_velocity",
    },
    "menu": {
        "marts/menu_performance",
    },
    "publish": {
        "marts/data_freshness",
        "marts/dim_locations",
    },
    "sales": {
        "marts/channel_mix",
        "marts/daily_revenue",
        "marts/daypart_sales",
        "marts/fct_sales_lines",
        "marts/hourly_sales",
        "marts/monthly_revenue",
        "marts/payment_mix",
        "marts/revenue_by_category",
        "marts/revenue_by_hour",
        "marts/vendor_reconciliation",
        "marts/weekly_revenue",
    },
    "unify": {
        *STAGING,
        "staging/changed_records",
        "staging/new_state",
        "staging/this_build",
        "staging/taken_in",
        "unified/inventory_levels",
        "unified/inventory_movements",
        "unified/items",
        "unified/locations",
        "unified/order_line_modifiers",
        "unified/order_lines",
        "unified/orders",
        "unified/payments",
        "unified/purchase_order_lines",
        "unified/purchase_orders",
        "unified/reconciliation_differences",
        "unified/refunds",
        "unified/return_lines",
        "unified/sales_lines",
        "unified/trading_days",
        "unified/suppliers",
        "unified/vendor_totals",
    },
}
"""dbt models."""

OTHERS: dict[str, set[str]] = {
    "ingest": {
        "raw/settings/dayparts",
        "raw/settings/item_map",
        "raw/settings/location_map",
        "raw/settings/recipes",
        "raw/settings/replenishment",
    },
    "inventory": {
        "planning/order_recommendations",
        "planning/policy_backtest",
        "planning/transfers",
    },
    "publish": {
        "published_warehouse",
    },
}
"""Assets that are neither a model nor a vendor's raw table."""

WEEKLY = {"planning/policy_backtest"}
"""What is done once a week, and not at night."""

INTRADAY = {
    *MODELS["unify"],
    *MODELS["sales"],
    "marts/item_daily_revenue",
    "marts/item_daily_totals",
    *MODELS["publish"],
    *OTHERS["publish"],
}
"""What is brought up to date during the day, besides the raw tables."""
