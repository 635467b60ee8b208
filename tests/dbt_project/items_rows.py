"""Hand-made rows of the unified layer, for the item and inventory models."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa

from tests.dbt_project.warehouse import LOADED_AT, OWN_TESTS, Warehouse

AS_OF = date(2026, 11, 3)  # a Tuesday
UPSTREAM = ("path:models/staging", "path:models/changes", "path:models/unified", "fct_sales_lines")
ITEM_MODELS = (
    "revenue_by_hour",
    "path:models/marts/items",
    "path:models/marts/forecast",
    "path:models/marts/inventory",
)
BASE = {"connection_id": "c", "pos": "csv", "native_id": "n", "loaded_at": LOADED_AT}


def days_ago(days: int) -> date:
    return AS_OF - timedelta(days=days)


def at(day: date, hour: int = 12) -> datetime:
    return datetime.combine(day, time(hour), UTC)


@dataclass
class Shop:
    """Rows of one store after another; `write` puts them into the tables that the item models read."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, table: str, **values: Any) -> None:
        self.rows.setdefault(table, []).append(values)

    def location(self, name: str, *, currency: str = "GBP") -> None:
        self.add(
            "unified.locations", **BASE, location_id=f"c:{name}", location_key=f"c:{name}", name=name.title(),
            timezone="UTC", currency=currency, business_day_cutoff_minutes=0, is_active=True,
        )  # fmt: skip

    def item(self, name: str, **values: Any) -> None:
        given = {
            "item_id": f"c:{name}", "item_key": f"c:{name}", "item_key_rule": "own",
            "product_name": name.title(), "tracks_inventory": True, "is_active": True, "is_gift_card": False,
        }  # fmt: skip
        self.add("unified.items", **BASE, **{**given, **values})

    def open_day(self, location: str, day: date, hour: int = 12, number: int = 0) -> None:
        """An order that counts and holds none of the items: the store was open."""
        order = f"c:{location}:{at(day, hour)}:{number}"
        self.add(
            "unified.orders", **BASE, order_id=order, record_id=order, built_at=LOADED_AT,
            location_id=f"c:{location}", business_date=day, ordered_at=at(day, hour), state="closed",
            counts_as_sale=True, currency="GBP",
            **dict.fromkeys(AMOUNTS, Decimal(0)),
        )  # fmt: skip

    def line(
        self, location: str, item: str, day: date, quantity: Any, price: Any = 1, *,
        order: str | None = None, hour: int | None = None,
    ) -> None:  # fmt: skip
        """A sold line, or with a negative quantity a returned one."""
        units, amount = Decimal(quantity), Decimal(quantity) * Decimal(price)
        is_sale = units > 0
        number = len(self.rows.get("unified.sales_lines", ()))
        self.add(
            "unified.sales_lines", sales_line_id=f"line {number}", record_id=f"c:{number}",
            line_type="sale" if is_sale else "return", order_id=order, connection_id="c", pos="csv",
            location_id=f"c:{location}", item_id=f"c:{item}", line_kind="item", business_date=day,
            occurred_at=at(day, 12 if hour is None else hour), hour_of_day=hour,
            currency="GBP", quantity=units, built_at=LOADED_AT,
            gross_sales=amount if is_sale else Decimal(0), returns=Decimal(0) if is_sale else -amount,
            discounts=Decimal(0), net_sales=amount, tax=Decimal(0),
        )  # fmt: skip

    def moved(self, location: str, item: str, day: date, quantity: Any, kind: str, hour: int = 12) -> None:
        number = len(self.rows.get("unified.inventory_movements", ()))
        self.add(
            "unified.inventory_movements", **BASE, movement_id=f"c:{number}", location_id=f"c:{location}",
            item_id=f"c:{item}", kind=kind, quantity=Decimal(quantity), occurred_at=at(day, hour),
        )  # fmt: skip

    def level(self, location: str, item: str, day: date, on_hand: Any, hour: int = 23, **values: Any) -> None:
        self.add(
            "unified.inventory_levels", **BASE, location_id=f"c:{location}", item_id=f"c:{item}",
            on_hand=Decimal(on_hand), observed_on=day, observed_at=at(day, hour), **values,
        )  # fmt: skip

    def setting(self, scope: str, key: str, **values: Any) -> None:
        self.add("raw_settings.replenishment", scope=scope, key=key, **values)

    def recipe(self, menu_item: str, **quantities: Any) -> None:
        """What a unit of the menu item takes."""
        for ingredient, quantity in quantities.items():
            self.add(
                "raw_settings.recipes", menu_item=menu_item, ingredient=ingredient, quantity=Decimal(quantity)
            )

    def trading_days(self) -> None:
        """The days on which something was ordered, sold or given back."""
        traded = (*self.rows.get("unified.orders", ()), *self.rows.get("unified.sales_lines", ()))
        for location, day in {(row["location_id"], row["business_date"]) for row in traded}:
            self.add(
                "unified.trading_days", location_id=location, business_date=day, day_version="1",
                built_at=LOADED_AT,
            )  # fmt: skip

    def write(self, warehouse: Warehouse) -> None:
        self.trading_days()
        with duckdb.connect(str(warehouse.path)) as connection:
            for table, rows in self.rows.items():
                columns = defaultdict(list)
                for row in rows:
                    columns[tuple(row)].append(row)
                for alike in columns.values():
                    connection.register("incoming", pa.Table.from_pylist(alike))
                    connection.execute(f"insert into {table} by name from incoming")
                    connection.unregister("incoming")


AMOUNTS = (
    "gross_sales", "discounts", "net_sales_before_returns", "tax", "tips", "service_charges", "shipping",
    "gift_cards_sold", "rounding", "total", "unpaid_balance",
)  # fmt: skip


def build(warehouse: Warehouse, shop: Shop) -> Warehouse:
    """Makes the empty tables that the item models read, fills them, and builds and tests these models."""
    warehouse.run("run", "--select", *UPSTREAM)
    shop.write(warehouse)
    warehouse.run("build", *OWN_TESTS, "--exclude-resource-type", "unit_test", "--select", *ITEM_MODELS)
    return warehouse


def by_key(rows: Iterable[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    """Rows by (store, item), without the connection's prefix."""
    return {(row["location_key"][2:], row["item_key"][2:]): row for row in rows}
