"""Lands and builds the connector of connectors/README.md, in the folder where a test has put it together."""

from contextlib import nullcontext
from datetime import date, timedelta
from pathlib import Path

import duckdb

from connectors.core.landing import land
from connectors.registry import CONNECTORS
from simulator.expected import expected_figures
from simulator.generate import generate_ledger
from simulator.pos import SIMULATED
from simulator.server import serve
from tests.dbt_project.warehouse import Warehouse
from tests.end_to_end.comparison import (
    days_in,
    item_days_expected,
    item_days_in,
    orders_expected,
    orders_in,
    same,
)

AS_OF = date(2026, 11, 1)


def main(folder: Path) -> None:
    acme, connector = SIMULATED["acme"], CONNECTORS["acme"]
    ledger = acme.told(generate_ledger(5, stores=2, days=12, orders_per_day=12, as_of=AS_OF))
    warehouse = Warehouse(folder / "warehouse.duckdb", {"as_of_date": AS_OF.isoformat()}).create_raw_tables()
    with serve(acme.create_app(ledger)) as url:
        settings = {**acme.connection(url), "id": "shop", "start_date": AS_OF - timedelta(days=20)}
        connection = connector.settings.model_validate({**settings, "api_key": acme.secrets["ACME_API_KEY"]})
        findings = list(connector.check(connection))
        assert len(findings) > 3
        assert all(finding.holds for finding in findings), findings
        for run in range(2):
            land(
                connection,
                connector,
                warehouse=warehouse.path,
                pipelines=folder / "pipelines",
                lock=nullcontext(),
                hash_key=b"a key of this test",
                now=ledger.ends_at + timedelta(days=run),
                progress=lambda _: None,
            )
    warehouse.run("run", "--select", "+daily_revenue", "+item_daily_sales")
    expected = expected_figures(ledger, as_of=AS_OF)
    assert len(expected.counted_orders) > 100
    with duckdb.connect(str(warehouse.path)) as built:
        same("daily revenue", days_in(built, "shop"), expected.daily_revenue)
        same("item days", item_days_in(built, "shop"), item_days_expected(built, "shop", expected, AS_OF))
        same("orders", without_balance(orders_in(built, "shop")), without_balance(orders_expected(expected)))


def without_balance(orders: dict[str, tuple[object, ...]]) -> dict[str, tuple[object, ...]]:
    """Acme tells no payments, so that what is unpaid cannot be known; it stands last."""
    return {order: figures[:-1] for order, figures in orders.items()}


if __name__ == "__main__":
    main(Path.cwd())
