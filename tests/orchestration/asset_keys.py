"""The assets by group, as they are meant to be."""

MODELS: dict[str, set[str]] = {
    "inventory": {
        "marts/demand_forecast",
        "marts/forecast_backtest",
        "marts/forecast_level",
        "marts/forecast_residual_quantiles",
        "marts/forecast_spread",
        "marts/forecast_spread_law",
        "marts/forecast_weekday_index",
        "marts/inventory_position",
        "marts/item_daily_demand",
        "marts/item_opening_stock",
        "marts/recommendation_inputs",
        "marts/replenishment_settings",
        "marts/safety_stock",
    },
    "items": {
        "marts/item_attributes",
        "marts/item_daily_sales",
        "marts/item_velocity",
    },
    "publish": {
        "marts/data_freshness",
    },
    "sales": {
        "marts/daily_revenue",
        "marts/fct_sales_lines",
        "marts/vendor_reconciliation",
    },
    "unify": {
        "staging/base_csv__rows",
        "staging/base_square__orders",
        "staging/base_square__return_lines",
        "staging/base_square__return_orders",
        "staging/base_square__returns",
        "staging/stg_csv__inventory_movements",
        "staging/stg_csv__items",
        "staging/stg_csv__locations",
        "staging/stg_csv__order_lines",
        "staging/stg_csv__orders",
        "staging/stg_csv__payments",
        "staging/stg_csv__raw_tables",
        "staging/stg_csv__refunds",
        "staging/stg_csv__return_lines",
        "staging/stg_square__inventory_levels",
        "staging/stg_square__inventory_movements",
        "staging/stg_square__items",
        "staging/stg_square__locations",
        "staging/stg_square__order_line_modifiers",
        "staging/stg_square__order_lines",
        "staging/stg_square__orders",
        "staging/stg_square__payments",
        "staging/stg_square__raw_tables",
        "staging/stg_square__refunds",
        "staging/stg_square__return_lines",
        "staging/stg_square__suppliers",
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
        "unified/suppliers",
        "unified/vendor_totals",
    },
}
"""dbt models."""

OTHERS: dict[str, set[str]] = {
    "ingest": {
        "raw/settings/item_map",
        "raw/settings/location_map",
        "raw/settings/replenishment",
    },
    "inventory": {
        "planning/order_recommendations",
    },
    "publish": {
        "published_warehouse",
    },
}
"""Assets that are neither a model nor a vendor's raw table."""

INTRADAY = {
    *MODELS["unify"],
    *MODELS["sales"],
    *MODELS["publish"],
    *OTHERS["publish"],
}
"""What is brought up to date during the day, besides the raw tables."""
