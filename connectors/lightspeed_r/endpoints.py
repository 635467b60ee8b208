"""R's endpoints as a table of settings, and what each is asked for."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from connectors.core.asking import Ask
from connectors.core.connector import Endpoint, ReadBy, Request, observation
from connectors.core.paging import Head, NextUrl
from connectors.core.tables import Table
from connectors.lightspeed_r import schema
from connectors.lightspeed_r.account import LightspeedRAccount
from connectors.lightspeed_r.forms import EVERYTHING_READ, one_form, with_last_id

SALES_PER_PAGE = 100
RECORDS_PER_PAGE = 100
"""More than a hundred are never given, whatever is asked for."""
SALE_RELATIONS = ("SaleLines", "SalePayments", "SalePayments.SaleAccounts")
"""Each costs 0.4 drips a page, where a page without them costs 1; `all` would cost several times as much."""

Asks = Iterator[Ask]
NEXT = "@attributes/next"


@dataclass(frozen=True)
class GrowingList(NextUrl):
    """Pages of a list that only grows: the highest id of a page is up to where it was read."""

    field: str = NEXT

    @property
    def fields(self) -> Mapping[str, pa.DataType]:
        """The URL of the next page, and the highest id, which `with_last_id` has put beside it."""
        return {**super().fields, f"@attributes/{EVERYTHING_READ}": pa.string()}

    def place(self, head: Head) -> str | None:
        """The highest id."""
        last: str | None = head.fields[f"@attributes/{EVERYTHING_READ}"]
        return last


def moment(time: datetime) -> str:
    """A time as R reads it. It knows whole seconds, so that neighbouring windows meet in one."""
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%S}+00:00"


def sales(account: LightspeedRAccount, request: Request) -> Asks:
    """Sales that were changed in the window; for a first load and a backfill, those that were made in it.

    `timeStamp` is the time of completion of a completed sale, and never moves again; only of open ones it is
    the time of the last change. `updatetime` is the time of the last change of every sale.
    """
    field = "timeStamp" if request.by_sale_date else "updatetime"
    span = f"><,{moment(request.window.start)},{moment(request.window.end)}"
    parameters = {"archived": "true", "sort": field, field: span}
    yield _page(account, SALES_PER_PAGE, SALE_RELATIONS, **parameters)


def inventory_logs(account: LightspeedRAccount, request: Request) -> Asks:
    """Changes of stock after the last one that was read. The list can be sorted by nothing but its ids."""
    place = request.place("inventory_logs")
    if place:
        yield _page(account, RECORDS_PER_PAGE, sort="inventoryLogID", inventoryLogID=f">,{place}")
        return
    start = moment(account.connection.history_start(request.loaded_at))
    yield _page(account, RECORDS_PER_PAGE, sort="inventoryLogID", createTime=f">=,{start}")


def everything(account: LightspeedRAccount, request: Request) -> Asks:
    """The whole list."""
    yield _page(account, RECORDS_PER_PAGE)


def archived_too(*relations: str) -> Callable[[LightspeedRAccount, Request], Asks]:
    """The whole list with what was archived, which R hides unless it is asked for; with some relations."""

    def asks(account: LightspeedRAccount, request: Request) -> Asks:
        yield _page(account, RECORDS_PER_PAGE, relations, archived="true")

    return asks


def _page(
    account: LightspeedRAccount, limit: int, relations: tuple[str, ...] = (), /, **parameters: str
) -> Ask:
    loaded = {"load_relations": json.dumps(list(relations), separators=(",", ":"))} if relations else {}
    return Ask({"limit": limit, **loaded, **parameters}, place={"account": account.account_id})


def _shop_settings(account: LightspeedRAccount, request: Request) -> Mapping[str, Any]:
    return {
        "currency": account.currency,
        "business_day_cutoff_minutes": account.connection.business_day_cutoff_minutes,
    }


def _list(
    name: str,
    resource: str,
    tables: tuple[Table, ...],
    scope: str,
    *,
    asks: Callable[[LightspeedRAccount, Request], Asks] = everything,
    read_by: ReadBy = "whole",
    **more: Any,
) -> Endpoint:
    """One of R's lists: all of them page and write in the same way."""
    return Endpoint(
        name=name,
        method="GET",
        path=f"/API/V3/Account/{{account}}/{resource}.json",
        tables=tables,
        scope=scope,
        asks=asks,
        read_by=read_by,
        **{"pages": NextUrl(NEXT), "prepare": one_form(tables), **more},
    )


ENDPOINTS = (
    _list(
        "shops",
        "Shop",
        (schema.SHOPS,),
        "employee:register_read",
        asks=archived_too(),
        constants=_shop_settings,
    ),
    _list("sales", "Sale", schema.SALE_TABLES, "employee:register_read", asks=sales, read_by="windows"),
    _list(
        "payment_types",
        "PaymentType",
        (schema.PAYMENT_TYPES,),
        "employee:register_read",
        asks=archived_too(),
    ),
    _list("items", "Item", schema.ITEM_TABLES, "employee:inventory_read", asks=archived_too()),
    _list("categories", "Category", (schema.CATEGORIES,), "employee:inventory_read"),
    _list("vendors", "Vendor", (schema.VENDORS,), "employee:vendors", asks=archived_too()),
    # Stock is read whole, not by the items' time of change: a change of stock does not move that.
    _list("item_shops", "ItemShop", (schema.ITEM_SHOPS,), "employee:inventory_read", constants=observation),
    _list(
        "inventory_logs",
        "InventoryLog",
        (schema.INVENTORY_LOGS,),
        "employee:inventory_log",
        asks=inventory_logs,
        read_by="feed",
        pages=GrowingList(),
        prepare=with_last_id(schema.INVENTORY_LOGS, "inventoryLogID"),
    ),
    _list(
        "purchase_orders",
        "Order",
        schema.PURCHASE_ORDER_TABLES,
        "employee:purchase_orders",
        asks=archived_too("OrderLines"),
    ),
    _list("shipments", "Shipment", (schema.SHIPMENTS,), "employee:purchase_orders"),
)
