"""Lightspeed Restaurant K-Series, for the shared tests."""

from collections.abc import Mapping
from datetime import datetime

from connectors.lightspeed_k.account import SCOPE
from connectors.lightspeed_k.schema import TABLES
from simulator.ledger import Ledger
from tests.connectors.contract.till import NOTHING_SAID, SECONDS, Denied, Till, Times, rfc3339_variants


def closings_told(ledger: Ledger, now: datetime) -> Mapping[str, datetime]:
    """Account → when it was closed (for the last time), in milliseconds: K has no other version of it."""
    told = {
        each.id: each.closed_at
        for each in (*ledger.sales_at(now), *ledger.returns_at(now))
        if each.closed_at is not None
    }
    return {
        account_id: at.replace(microsecond=at.microsecond // 1000 * 1000) for account_id, at in told.items()
    }


TILL = Till(
    pos="lightspeed_k",
    small_pages={"connectors.lightspeed_k.endpoints.SALES_PER_PAGE": 7},
    page=7,
    # the end of the path tells the list of sales from that of a day
    sales="/sales?",
    told=closings_told,
    orders="sales",
    version="closed_at",
    denied=Denied(subject="/sales-daily?", resources=("business_days",), scope=SCOPE),
    unreadable={"nbCovers": "jane@example.org"},
    wrong_account={"business_location_ids": [404]},
    children={
        table.name: ("sale_id", "sale_closed_at")
        for table in TABLES
        if "sale_closed_at" in table.schema.names
    },
    daily=frozenset({"business_days"}),
    waits=(SECONDS, NOTHING_SAID),
    times=Times(field="timeOfOpening", column="opened_at", written=rfc3339_variants()),
    renews=True,
)
