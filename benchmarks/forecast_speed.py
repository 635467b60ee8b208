"""What the forecast of many items costs a night: time and memory of `dbt build --select +demand_forecast`.

Ten stores sell a thousand items each for two years, every item on about three days of ten. The database makes
the rows from their numbers. All tables are built first; then comes what is measured, in a process of its own,
with the tests of the data, and without dbt's start and the parsing of the project.

    python -m benchmarks.forecast_speed [--stores 10] [--items 1000] [--days 731]
"""

import argparse
import tempfile
from datetime import date, timedelta
from pathlib import Path

import duckdb

from benchmarks.nightly_build import build
from benchmarks.own_process import in_own_process
from connectors.registry import CONNECTORS
from orchestration.dbt import prepared_manifest
from orchestration.planning_settings import read_settings, write_settings
from orchestration.settings import Settings
from orchestration.warehouse import create_raw_tables

AS_OF = date(2026, 11, 1)
ORDERS_OF_A_DAY = 50
OF_TEN_DAYS = 3
FORECAST = ("--select", "+demand_forecast")

SALES = """
    insert into raw_csv.locations by name
    select
        'till' as connection_id, 'S' || store as id, 'Store ' || store as name, 'UTC' as timezone,
        'EUR' as currency, 0 as business_day_cutoff_minutes, 'replace' as when_order_repeats,
        timestamptz '{as_of} 01:00:00+00' as loaded_at
    from range({stores}) as stores (store);
    insert into raw_csv.sales by name
    select
        'till' as connection_id, 'made' as file_hash, row_number() over () as line_number, 'sale' as row_kind,
        concat_ws('-', store, day, order_number) as order_id, 'S' || store as location_id,
        timestamptz '{began} 09:00:00+00' + interval 1 day * day + interval 10 minute * order_number
            as sold_at,
        'I' || item as item_id, 'Item ' || item as item_name, 'Category ' || item % 20 as category,
        'item' as line_kind, 1 + chance // 10 % 5 as quantity, 1 + item % 40 as unit_price, 'EUR' as currency,
        timestamptz '{as_of} 01:00:00+00' as loaded_at
    from (
        select
            store, item, day, hash(store, item, day) as chance,
            cast(hash(item, day, store) % {orders} as integer) as order_number
        from range({stores}) as stores (store), range({items}) as items (item), range({days}) as days (day)
    ) as possible
    where chance % 10 < {of_ten}
"""


def prepare(settings: Settings, stores: int, items: int, days: int) -> int:
    """Writes the sales into an empty warehouse.

    Returns:
        How many lines were sold.
    """
    settings.build_dir.mkdir(parents=True)
    with duckdb.connect(str(settings.working_file)) as connection:
        connection.execute("set TimeZone = 'UTC'; set enable_progress_bar = false")
        create_raw_tables(connection, CONNECTORS.values())
        write_settings(connection, read_settings(settings.settings_dir))
        connection.execute(
            SALES.format(
                as_of=AS_OF,
                began=AS_OF - timedelta(days=days),
                stores=stores,
                items=items,
                days=days,
                orders=ORDERS_OF_A_DAY,
                of_ten=OF_TEN_DAYS,
            )
        )
        (lines,) = connection.execute("select count(*) from raw_csv.sales").fetchall()[0]
    return int(lines)


def main() -> None:
    """Builds everything, then the forecast again."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--stores", type=int, default=10)
    parser.add_argument("--items", type=int, default=1000)
    parser.add_argument("--days", type=int, default=731)
    parser.add_argument("--models", type=int, default=12, help="how many models to name that take longest")
    asked = parser.parse_args()
    prepared_manifest()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), settings_dir=Path(folder) / "settings")
        lines = in_own_process(prepare, settings, asked.stores, asked.items, asked.days)
        everything = in_own_process(build, settings, AS_OF, full_refresh=True)
        print(f"{lines:,} lines: everything: {everything.needed}", flush=True)
        forecast = in_own_process(build, settings, AS_OF, full_refresh=False, selected=FORECAST)
        with duckdb.connect(str(settings.working_file), read_only=True) as connection:
            query = "select count(*), count(distinct origin_weeks_ago) from marts.forecast_history"
            rows, origins = connection.execute(query).fetchall()[0]
    print(
        f"dbt build --select +demand_forecast, {asked.stores * asked.items:,} items in stores over "
        f"{asked.days} days, {rows:,} forecasts of {origins} origins: {forecast.needed}"
    )
    print("What takes longest, in seconds:")
    for name in sorted(forecast.models, key=forecast.models.__getitem__, reverse=True)[: asked.models]:
        print(f"  {name}: {forecast.models[name]:.2f}")


if __name__ == "__main__":
    main()
