"""What libraries would have forecast; empty unless POS_FORECAST_CHALLENGERS is on."""

import os

NOTHING = """
    select
        cast(null as varchar) as location_key, cast(null as varchar) as item_key,
        cast(null as integer) as origin_weeks_ago, cast(null as varchar) as candidate,
        cast(null as double) as expected
    where false
"""
SERIES = """
    select
        location_key, item_key, protection_days,
        row_number() over (order by location_key, item_key) - 1 as series
    from settings
    order by series
"""
# that the store is closed is part of what is forecast; an item out of stock says nothing of demand
DAYS = """
    select series.series, demand.days_ago, cast(demand.demand as double) as demand
    from demand inner join challenger_series as series using (location_key, item_key)
    where coalesce(demand.unobservable_because, '') <> 'out_of_stock'
"""


def model(dbt, session):
    """The rows of every candidate."""
    dbt.config(materialized="table")
    demand, settings = dbt.ref("item_daily_demand"), dbt.ref("replenishment_settings")
    # only when it is on, what is slow to import is imported
    if os.environ.get("POS_FORECAST_CHALLENGERS") != "1":
        return session.sql(NOTHING)
    from planning.challengers import challenger_totals  # noqa: PLC0415

    series = settings.query("settings", SERIES).to_arrow_table()
    session.register("challenger_series", series)
    try:
        days = demand.query("demand", DAYS).to_arrow_table()
    finally:
        session.unregister("challenger_series")
    return challenger_totals(series, days)
