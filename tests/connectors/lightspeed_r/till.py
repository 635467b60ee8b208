"""Lightspeed Retail R-Series, for the shared tests."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone

from connectors.lightspeed_r.schema import TABLES
from simulator.ledger import Ledger
from tests.connectors.contract.till import SECONDS, Denied, Till, Times

EASTERN = timezone(timedelta(hours=-5))


def versions_told(ledger: Ledger, now: datetime) -> Mapping[str, datetime]:
    """Sale → its time of change, to the second: sales, returns that are no exchange, refunds by amount."""
    told = {sale.id: sale.updated_at for sale in ledger.sales_at(now)}
    told |= {given.id: given.updated_at for given in ledger.returns_at(now) if not given.exchange_sale_id}
    told |= {refund.id: refund.updated_at for refund in ledger.refunds_at(now)}
    return {sale_id: changed.replace(microsecond=0) for sale_id, changed in told.items()}


TILL = Till(
    pos="lightspeed_r",
    small_pages={
        "connectors.lightspeed_r.endpoints.SALES_PER_PAGE": 7,
        "connectors.lightspeed_r.endpoints.RECORDS_PER_PAGE": 40,
    },
    page=7,
    sales="/Sale.json",
    told=versions_told,
    orders="sales",
    version="updated_at",
    denied=Denied(
        subject="/InventoryLog.json", resources=("inventory_logs",), scope="employee:inventory_log"
    ),
    unreadable={"calcTotal": "jane@example.org"},
    wrong_account={"account_id": "999"},
    children={
        table.name: ("sale_id", "sale_updated_at")
        for table in TABLES
        if "sale_updated_at" in table.schema.names
    },
    observed=frozenset({"observed_on", "observed_at"}),
    waits=(SECONDS,),
    times=Times(
        field="createTime",
        column="created_at",
        written=(
            lambda moment: f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}+00:00",
            lambda moment: f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z",
            lambda moment: f"{moment.astimezone(EASTERN):%Y-%m-%dT%H:%M:%S}-0500",
        ),
    ),
    renews=True,
)
