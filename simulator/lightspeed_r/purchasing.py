"""Purchase orders, and the shipments in which they arrive."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from functools import partial

from simulator.core.answers import Json
from simulator.core.records import Record
from simulator.ledger import Ledger, PurchaseOrder, PurchaseOrderLine
from simulator.lightspeed_r.parts import NOBODY, amount, collection, flag, moment, number, second

NOTHING = Decimal(0)
RELATIONS = {"OrderLines": ("OrderLines",)}


class PurchaseRenderer:
    """Writes a ledger's purchase orders."""

    def __init__(self, ledger: Ledger) -> None:
        self._currency = ledger.stores[0].currency
        self._versions = sorted(ledger.purchase_orders, key=lambda order: (order.visible_at, order.version))

    def orders(self) -> Iterator[Record]:
        """Every version of every purchase order; a shipment that comes first makes it received."""
        first_arrivals: dict[str, datetime] = {}
        for order in self._versions:
            if any(line.received for line in order.lines):
                first_arrivals.setdefault(order.id, order.updated_at)
            yield Record(
                id=order.id,
                version=order.version,
                keys={"orderID": int(order.id), "timeStamp": second(order.updated_at)},
                visible_at=order.visible_at,
                render=partial(self._order, order, first_arrivals.get(order.id)),
                location_id=order.store_id,
            )

    def shipments(self) -> Iterator[Record]:
        """What arrived, in the order of arrival."""
        received: dict[str, Decimal] = defaultdict(Decimal)
        arrivals: dict[str, int] = defaultdict(int)
        shipment_id = 0
        for order in self._versions:
            arrived = sum((line.received for line in order.lines), NOTHING) - received[order.id]
            if arrived:
                shipment_id += 1
                received[order.id] += arrived
                arrivals[order.id] += 1
                yield Record(
                    id=str(shipment_id),
                    version=1,
                    keys={"orderShipmentID": shipment_id, "timeStamp": second(order.updated_at)},
                    visible_at=order.visible_at,
                    render=partial(self._shipment, shipment_id, order, arrived, arrivals[order.id]),
                )

    def _order(self, order: PurchaseOrder, received_at: datetime | None) -> Json:
        total = sum(int(line.quantity) * (line.unit_cost or 0) for line in order.lines)
        return {
            "orderID": order.id,
            "orderedDate": moment(order.ordered_at),
            "receivedDate": moment(received_at) if received_at else "",
            "arrivalDate": moment(order.expected_at),
            "shipInstructions": "",
            "stockInstructions": "",
            "shipCost": "0",
            "otherCost": "0",
            "complete": flag(order.received_at is not None),
            "archived": "false",
            "discount": "0",
            "totalDiscount": "0",
            "totalQuantity": number(sum((line.quantity for line in order.lines), NOTHING)),
            "subTotalCost": amount(total, self._currency),
            "totalCost": amount(total, self._currency),
            "timeStamp": moment(order.updated_at),
            "refNum": "",
            "createTime": moment(order.ordered_at),
            "vendorCurrencyRate": "1",
            "vendorCurrencyCode": self._currency,
            "hasShipments": flag(received_at is not None),
            "vendorID": order.supplier_id or NOBODY,
            "noteID": NOBODY,
            "shopID": order.store_id,
            "createdByEmployeeID": "1",
            **collection("OrderLines", "OrderLine", [self._line(order, line) for line in order.lines]),
        }

    def _line(self, order: PurchaseOrder, line: PurchaseOrderLine) -> Json:
        cost = amount(line.unit_cost or 0, self._currency)
        return {
            "orderLineID": line.id,
            "quantity": number(line.quantity),
            "price": cost,
            "originalPrice": cost,
            "vendorCost": cost,
            "checkedIn": number(line.received),
            "numReceived": "0",
            "timeStamp": moment(order.updated_at),
            "total": amount(int(line.quantity) * (line.unit_cost or 0), self._currency),
            "createTime": moment(order.ordered_at),
            "orderID": order.id,
            "itemID": line.item_id,
        }

    def _shipment(self, shipment_id: int, order: PurchaseOrder, arrived: Decimal, arrival: int) -> Json:
        return {
            "orderShipmentID": str(shipment_id),
            "orderID": order.id,
            "sequenceNumber": str(arrival),
            "totalQtyReceived": number(arrived),
            "currencyCode": self._currency,
            "vendorCurrencyCode": self._currency,
            "createTime": moment(order.updated_at),
            "paymentDueDate": "",
            "shipmentPackingRefNum": "",
            "timeStamp": moment(order.updated_at),
            "employeeID": "1",
            "receptionDate": moment(order.updated_at),
            "status": "finished",
        }
