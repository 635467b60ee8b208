"""The purchase orders of one store: what runs low on one morning goes together, one order a supplier."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from simulator.assortment import Habit
from simulator.ledger import Item, PurchaseOrder, PurchaseOrderLine, Store

NOTHING = Decimal(0)


class Purchasing:
    """Writes down what is ordered and what arrives; every change is a new version of its order."""

    def __init__(self, store: Store) -> None:
        self.orders: list[PurchaseOrder] = []
        self._store = store
        self._latest: dict[str, PurchaseOrder] = {}

    def order(self, wanted: list[tuple[Item, Habit]], at: datetime) -> dict[str, str]:
        """Orders deliveries.

        Args:
            wanted: The items that run low.
            at: When they are ordered.

        Returns:
            Item id → id of the order that it stands on.
        """
        by_supplier: dict[str | None, list[tuple[Item, Habit]]] = {}
        for item, habit in wanted:
            by_supplier.setdefault(item.supplier_id, []).append((item, habit))
        placed: dict[str, str] = {}
        for supplier_id, entries in by_supplier.items():
            order_id = f"{self._store.id}-PO{len(self._latest) + 1:04d}"
            slowest = max(habit.lead_days for _, habit in entries)
            self._write(
                PurchaseOrder(
                    id=order_id,
                    version=1,
                    store_id=self._store.id,
                    supplier_id=supplier_id,
                    ordered_at=at,
                    expected_at=at + timedelta(days=slowest),
                    received_at=None,
                    updated_at=at,
                    visible_at=at,
                    lines=tuple(
                        PurchaseOrderLine(
                            f"l{number}", item.id, Decimal(habit.delivery), NOTHING, item.unit_cost
                        )
                        for number, (item, habit) in enumerate(entries, start=1)
                    ),
                )
            )
            placed |= {item.id: order_id for item, _ in entries}
        return placed

    def receive(self, order_id: str, item_id: str, at: datetime) -> None:
        """Takes in one line, whole."""
        last = self._latest[order_id]
        lines = tuple(
            replace(line, received=line.quantity) if line.item_id == item_id else line for line in last.lines
        )
        whole = all(line.received == line.quantity for line in lines)
        self._write(
            replace(
                last,
                version=last.version + 1,
                lines=lines,
                received_at=at if whole else None,
                updated_at=at,
                visible_at=at,
            )
        )

    def _write(self, order: PurchaseOrder) -> None:
        self.orders.append(order)
        self._latest[order.id] = order
