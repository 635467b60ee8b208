"""Stock orders: consignments of the type SUPPLIER, and their products."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from simulator.core.answers import Json
from simulator.core.records import Collection, Record
from simulator.ledger import Ledger, PurchaseOrder, PurchaseOrderLine, major_units
from simulator.lightspeed_x.sales import moment


class ConsignmentRenderer:
    """Writes a ledger's purchase orders."""

    def __init__(self, ledger: Ledger) -> None:
        self._orders = {(order.id, order.version): order for order in ledger.purchase_orders}
        self._items = {item.id: item for item in ledger.items}

    def records(self) -> Iterator[Record]:
        """Every version of every stock order."""
        for order in self._orders.values():
            yield Record(
                id=order.id,
                version=order.version,
                keys={},
                visible_at=order.visible_at,
                render=partial(consignment, order),
                location_id=order.store_id,
                state=status_of(order),
                source="SUPPLIER",
            )

    def products(self, told: Record) -> Collection:
        """What a stock order asks for as it is told now. Its products changed with it."""
        order = self._orders[told.id, told.version]
        return Collection(
            Record(
                id=line.item_id,
                version=1,
                keys={"version": told.keys["version"] + number},
                visible_at=order.visible_at,
                render=partial(self._product, order, line, told.keys["version"] + number),
            )
            for number, line in enumerate(order.lines)
        )

    def _product(self, order: PurchaseOrder, line: PurchaseOrderLine, version: int) -> Json:
        """A product of a stock order: numbers are texts here."""
        item = self._items[line.item_id]
        cost = None if line.unit_cost is None else major_units(line.unit_cost, item.cost_currency)
        return {
            "product_id": line.item_id,
            "product_sku": item.sku,
            "count": f"{line.quantity:.5f}",
            "received": f"{line.received:.5f}",
            "cost": None if cost is None else f"{cost:.5f}",
            "is_included": True,
            "status": "SUCCESS" if line.received else "PENDING",
            "created_at": moment(order.ordered_at),
            "updated_at": moment(order.updated_at),
            "deleted_at": None,
            "version": version,
        }


def status_of(order: PurchaseOrder) -> str:
    """A stock order is sent as soon as it is written, and received with its last product."""
    return "RECEIVED" if order.received_at else "SENT"


def consignment(order: PurchaseOrder) -> Json:
    """A stock order."""

    def told(time: datetime | None) -> str | None:
        return moment(time) if time else None

    return {
        "id": order.id,
        "outlet_id": order.store_id,
        "name": f"Order - {order.ordered_at:%a %d %b %Y}",
        "type": "SUPPLIER",
        "status": status_of(order),
        "supplier_id": order.supplier_id,
        "source_outlet_id": None,
        "supplier_invoice": "",
        "reference": None,
        "consignment_date": moment(order.ordered_at),
        "due_at": told(order.expected_at),
        "received_at": told(order.received_at),
        "created_at": moment(order.ordered_at),
        "updated_at": moment(order.updated_at),
        "deleted_at": None,
    }
