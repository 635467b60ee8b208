"""One shop: the ledger's records, and what Shopify answers about them."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from simulator.core.account import Account
from simulator.core.answers import Json
from simulator.core.paging import WrongCursor, fingerprint, page_after
from simulator.core.records import Collection, Query, Record
from simulator.expected import expected_figures
from simulator.shopify.answers import denied
from simulator.shopify.catalog import Catalogue
from simulator.shopify.cost import Bucket
from simulator.shopify.lists import DEEPEST, bad_request, connection, cursor_of, decoded, page_of, sized
from simulator.shopify.orders import OrderRenderer
from simulator.shopify.parts import gid, iso, number_of
from simulator.shopify.search import NotServed, condition

ALL_SCOPES = (
    "read_orders",
    "read_all_orders",
    "read_products",
    "read_inventory",
    "read_locations",
    "read_customers",
    "read_reports",
)
INSIDE = {
    ("Order", "customer"): "read_customers",
    ("ProductVariant", "inventoryItem"): "read_inventory",
    ("Location", "inventoryLevels"): "read_inventory",
}
"""Fields of records that need a permission of their own."""
SHOP = "simulated-shop.myshopify.com"
HIDDEN_AFTER = timedelta(days=60)
ORDER_FIELDS: dict[str, Callable[[Record], Any]] = {
    "processed_at": lambda record: record.keys["PROCESSED_AT"],
    "created_at": lambda record: record.keys["CREATED_AT"],
    "updated_at": lambda record: record.keys["UPDATED_AT"],
    "id": lambda record: record.keys["ID"],
    "test": lambda record: False,
}
AGREEMENT_FIELDS: dict[str, Callable[[Json], Any]] = {
    "id": lambda agreement: int(number_of(agreement["id"])),
    "happened_at": lambda agreement: datetime.fromisoformat(agreement["happenedAt"]),
}
SORT_KEYS = frozenset({"PROCESSED_AT", "CREATED_AT", "UPDATED_AT", "ID"})
REPORT = re.compile(
    r"FROM sales SHOW (?P<columns>[\w, ]+) TIMESERIES day SINCE (?P<first>[\d-]+) UNTIL (?P<last>[\d-]+)"
)
REPORTED: dict[str, Callable[[dict[str, Decimal]], Decimal]] = {
    "gross_sales": lambda day: day["gross_sales"],
    "discounts": lambda day: -day["discounts"],
    "returns": lambda day: -day["returns"],
    "net_sales": lambda day: day["net_sales"],
    "taxes": lambda day: day["tax"] - day["refunded_tax"],
}


@dataclass
class ShopifyAccount(Account):
    """The ledger's records, and one method for each field of the schema's root.

    Attributes:
        bucket: The points of the app.
        exports: Files of bulk operations, by id.
        looks: How often a bulk operation is still running when it is looked at.
        busy: How often a bulk operation is refused because others are running.
        refuses_exports: Shopify runs no query in bulk that holds agreements, as it did for months in 2026.
    """

    bucket: Bucket = field(default_factory=lambda: Bucket(20_000, 1_000))
    exports: dict[str, Any] = field(default_factory=dict)
    looks: int = 0
    busy: int = 0
    refuses_exports: bool = False

    @cached_property
    def catalogue(self) -> Catalogue:
        """Variants and locations."""
        return Catalogue(self.ledger)

    @cached_property
    def orders(self) -> Collection:
        """Every version of every order."""
        return Collection(OrderRenderer(self.ledger, self.catalogue).records())

    def edit_order(self, order_id: str) -> None:
        """Gives an order a new version now, with the same content."""
        now = self.now()
        self.orders.revise(
            order_id, now, {"UPDATED_AT": now}, lambda told, version: told | {"updatedAt": iso(now)}
        )

    def delete_order(self, order_id: str) -> None:
        """From now on an order is not told, and nothing says why."""
        self.orders.vanish(order_id, self.now())

    def may(self, field_name: str, scope: str) -> None:
        """Raises ACCESS_DENIED when the app lacks a permission."""
        if scope not in self.scopes:
            raise denied(field_name, scope)

    def may_inside(self, kind: str, field_name: str) -> None:
        """The same for a field inside a record, if it needs a permission of its own."""
        if scope := INSIDE.get((kind, field_name)):
            self.may(field_name, scope)

    def shop(self) -> Json:
        """The shop."""
        home = self.ledger.stores[0]
        return {
            "id": gid("Shop", 1),
            "name": "Simulated shop",
            "ianaTimezone": home.timezone,
            "currencyCode": home.currency,
            "taxesIncluded": False,
            "myshopifyDomain": SHOP,
        }

    def installation(self) -> Json:
        """What the app may do."""
        return {
            "id": gid("AppInstallation", 1),
            "accessScopes": [{"handle": scope} for scope in self.scopes],
        }

    def order(self, global_id: str) -> Json | None:
        """One order."""
        self.may("order", "read_orders")
        record = self.orders.get(number_of(global_id), self.now())
        return self._told(record) if record and self._shown(record) else None

    def orders_found(self, query: str | None) -> Iterator[Json]:
        """All orders that a search finds, in the order of their sale."""
        self.may("orders", "read_orders")
        chosen = Query("PROCESSED_AT", DEEPEST, accept=self._accept(query))
        return (self._told(record) for record in self.orders.walk(chosen, self.now()))

    def orders_page(
        self,
        *,
        first: int | None = None,
        after: str | None = None,
        query: str | None = None,
        sort_key: str = "PROCESSED_AT",
        reverse: bool = False,
    ) -> Json:
        """A page of the orders that a search finds."""
        self.may("orders", "read_orders")
        size = sized(first)
        if sort_key not in SORT_KEYS:
            raise bad_request(f"not simulated: sortKey {sort_key}")
        passed, _, place = decoded(after).partition(" ") if after else ("0", "", "")
        if int(passed) + size > DEEPEST:
            raise bad_request(f"a list may be paged through up to {DEEPEST} records")
        chosen = Query(sort_key, size, descending=reverse, accept=self._accept(query))
        mark = fingerprint("orders", query, sort_key, reverse)
        try:
            page = page_after(self.orders, chosen, place or None, self.now(), mark=mark)
        except WrongCursor:
            raise bad_request("Invalid cursor for current pagination sort.") from None
        count = int(passed) + len(page.records)
        cursors = [cursor_of(f"{passed} {record.id}") for record in page.records]
        if page.cursor:
            cursors[-1] = cursor_of(f"{count} {page.cursor}")
        nodes = [self._told(record) for record in page.records]
        return connection(nodes, cursors, more=page.more, began=not after)

    def orders_count(self, query: str | None, limit: int | None) -> Json:
        """How many orders a search finds, up to a limit."""
        self.may("ordersCount", "read_orders")
        accept = self._accept(query)
        return counted(sum(1 for record in self.orders.told(self.now()) if accept(record)), limit)

    def variants_count(self, limit: int | None) -> Json:
        """How many variants there are, up to a limit."""
        self.may("productVariantsCount", "read_products")
        return counted(len(self.ledger.items), limit)

    def variants(self) -> list[Json]:
        """All variants."""
        self.may("productVariants", "read_products")
        return self.catalogue.variants()

    def locations(self) -> list[Json]:
        """All locations."""
        self.may("locations", "read_locations")
        return self.catalogue.locations(self.now())

    def location(self, global_id: str) -> Json | None:
        """One location."""
        return next((one for one in self.locations() if one["id"] == global_id), None)

    def report(self, query: str) -> Json:
        """ShopifyQL: the daily sales report, one row for each day that is asked for."""
        self.may("shopifyqlQuery", "read_reports")
        asked = REPORT.fullmatch(query)
        columns = [name.strip() for name in asked["columns"].split(",")] if asked else []
        if not asked or not set(columns) <= REPORTED.keys():
            return {"tableData": None, "parseErrors": ["not simulated"]}
        sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        figures = expected_figures(self.ledger, at=self.now()).daily_revenue
        for (_, _, day), measures in figures.items():
            for name, amount in measures.items():
                sums[day.isoformat()][name] += amount
        days = [day for day in sorted(sums) if asked["first"] <= day <= asked["last"]]
        rows = [{"day": day, **{name: str(REPORTED[name](sums[day])) for name in columns}} for day in days]
        kinds = [{"name": name, "dataType": "MONEY", "displayName": name} for name in columns]
        day_column = {"name": "day", "dataType": "DAY_TIMESTAMP", "displayName": "Day"}
        return {"tableData": {"columns": [day_column, *kinds], "rows": rows}, "parseErrors": []}

    def _accept(self, query: str | None) -> Callable[[Record], bool]:
        try:
            fits = condition(query, ORDER_FIELDS)
        except (NotServed, ValueError) as refusal:
            raise bad_request(str(refusal)) from None
        return lambda record: self._shown(record) and fits(record)

    def _shown(self, record: Record) -> bool:
        """Without a permission of its own an app sees the orders of 60 days."""
        if "read_all_orders" in self.scopes:
            return True
        created: datetime = record.keys["CREATED_AT"]
        return created >= self.now() - HIDDEN_AFTER

    def _told(self, record: Record) -> Json:
        order: Json = self.faults.spoil(record.id, record.render())
        return order


def counted(count: int, limit: int | None) -> Json:
    """A count, which is exact up to its limit."""
    if limit is None or count <= limit:
        return {"count": count, "precision": "EXACT"}
    return {"count": limit, "precision": "AT_LEAST"}


def agreements_page(order: Json, first: int | None, after: str | None, query: str | None) -> Json:
    """A page of an order's agreements."""
    try:
        fits = condition(query, AGREEMENT_FIELDS)
    except (NotServed, ValueError) as refusal:
        raise bad_request(str(refusal)) from None
    return page_of([one for one in order["agreements"] if fits(one)], first, after)
