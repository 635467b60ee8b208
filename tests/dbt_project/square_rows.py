"""Raw rows of Square's tables, written as short as the case allows. Amounts are in the smallest unit."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from tests.dbt_project.warehouse import Warehouse

CONNECTION = "shop"
ZONES = {"USD": "America/New_York", "GBP": "Europe/London", "JPY": "Asia/Tokyo", "KWD": "Asia/Kuwait"}


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


class Account:
    """One Square account, filled row by row.

    Attributes:
        warehouse: Where the raw rows go.
        connection_id: Id of the account's connection.
    """

    def __init__(self, warehouse: Warehouse, connection_id: str = CONNECTION) -> None:
        self.warehouse = warehouse
        self.connection_id = connection_id
        self._versions: dict[str, int] = {}
        self._currencies: dict[str, str] = {}

    def add(self, table: str, **values: Any) -> None:
        self.warehouse.insert(f"raw_square.{table}", [{"connection_id": self.connection_id, **values}])

    def store(self, store_id: str, currency: str = "USD", *, cutoff: int = 0, **values: Any) -> None:
        self._currencies[store_id] = currency
        self.add(
            "locations",
            **{
                "id": store_id,
                "name": f"Store {store_id}",
                "status": "ACTIVE",
                "timezone": ZONES[currency],
                "currency": currency,
                "business_day_cutoff_minutes": cutoff,
                **values,
            },
        )

    def order(
        self,
        order_id: str,
        store_id: str,
        closed: str | None,
        *,
        opened: str | None = None,
        state: str = "COMPLETED",
        version: int = 1,
        total: int = 0,
        **values: Any,
    ) -> None:
        self._versions[order_id] = version
        moment = utc(closed) if closed else None
        opened_at = utc(opened) if opened else moment
        self.add(
            "orders",
            id=order_id,
            location_id=values.pop("location_id", store_id),
            state=state,
            version=version,
            source_name=values.pop("source_name", "Point of Sale"),
            created_at=opened_at,
            updated_at=moment or opened_at,
            closed_at=moment,
            currency=values.pop("currency", self._currencies[store_id]),
            total_amount=total,
            **values,
        )

    def line(
        self,
        order_id: str,
        uid: str,
        gross: int,
        *,
        item: str | None = None,
        kind: str = "ITEM",
        quantity: str = "1",
        discount: int = 0,
        tax: int = 0,
        charge: int = 0,
        total: int | None = None,
        version: int | None = None,
    ) -> None:
        """A sold line; without a `total` its tax is added on top."""
        self.add(
            "order_lines",
            order_id=order_id,
            order_version=version or self._versions[order_id],
            uid=uid,
            catalog_object_id=item,
            item_type=kind,
            quantity=Decimal(quantity),
            gross_sales_amount=gross,
            base_price_amount=gross,
            tax_amount=tax,
            discount_amount=discount,
            service_charge_amount=charge,
            total_amount=gross - discount + tax + charge if total is None else total,
        )

    def returned(
        self, order_id: str, *, source: str | None, total: int, tax: int = 0, tip: int = 0, **values: Any
    ) -> None:
        """What an order gives back, in total."""
        self.add(
            "order_returns",
            order_id=order_id,
            order_version=self._versions[order_id],
            uid=f"return of {source}",
            source_order_id=source,
            total_amount=total,
            tax_amount=tax,
            tip_amount=tip,
            **values,
        )

    def returned_line(
        self,
        order_id: str,
        uid: str,
        gross: int,
        *,
        source: str | None,
        source_line: str | None,
        item: str | None = None,
        kind: str = "ITEM",
        quantity: str = "1",
        discount: int = 0,
        tax: int = 0,
        total: int | None = None,
    ) -> None:
        self.add(
            "order_return_lines",
            order_id=order_id,
            order_version=self._versions[order_id],
            return_uid=f"return of {source}",
            source_order_id=source,
            uid=uid,
            source_line_uid=source_line,
            catalog_object_id=item,
            item_type=kind,
            quantity=Decimal(quantity),
            gross_return_amount=gross,
            discount_amount=discount,
            tax_amount=tax,
            service_charge_amount=0,
            total_amount=gross - discount + tax if total is None else total,
        )

    def tender(
        self, order_id: str, payment_id: str, amount: int, *, tip: int = 0, kind: str = "CARD"
    ) -> None:
        """A tender; its amount includes the tip."""
        self.add(
            "order_tenders",
            order_id=order_id,
            order_version=self._versions[order_id],
            id=payment_id,
            payment_id=payment_id,
            type=kind,
            amount=amount,
            tip_amount=tip,
        )

    def refund(
        self,
        refund_id: str,
        amount: int,
        created: str,
        *,
        store_id: str,
        order_id: str | None = None,
        payment_id: str | None = None,
        status: str = "COMPLETED",
    ) -> None:
        self.add(
            "refunds",
            id=refund_id,
            payment_id=payment_id,
            order_id=order_id,
            location_id=store_id,
            status=status,
            created_at=utc(created),
            updated_at=utc(created),
            currency=self._currencies[store_id],
            amount=amount,
        )

    def item(self, item_id: str, *, sku: str | None = None, upc: str | None = None, **values: Any) -> None:
        """A variation, with a product of its own."""
        self.add(
            "catalog_items",
            id=f"product of {item_id}",
            version=1,
            name=f"Product {item_id}",
            is_deleted=False,
        )
        self.add(
            "catalog_variations",
            **{
                "id": item_id,
                "item_id": f"product of {item_id}",
                "version": 1,
                "is_deleted": False,
                "name": "Regular",
                "sku": sku,
                "upc": upc,
                **values,
            },
        )


def amounts(row: dict[str, Any], *names: str) -> Iterator[str]:
    """Decimal columns as the text a reader would write."""
    for name in names:
        yield "null" if row[name] is None else f"{row[name].normalize():f}"
