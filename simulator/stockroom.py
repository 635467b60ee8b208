"""The stock of one store while its history is made: nothing is sold that is not there."""

from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from simulator.assortment import Assortment
from simulator.ledger import Movement, MovementKind, Store
from simulator.purchasing import Purchasing

NONE = Decimal(0)


class Stockroom:
    """Takes goods out, puts deliveries in, and writes down every movement."""

    def __init__(self, store: Store, assortment: Assortment, rng: Random) -> None:
        self.store = store
        self.movements: list[Movement] = []
        self.purchasing = Purchasing(store)
        self._rng = rng
        self._tracked = [
            (item, habit)
            for item, habit in zip(assortment.items, assortment.habits, strict=False)
            if item.tracks_inventory
        ]
        self._ids = {item.id for item, _ in self._tracked}
        self._stock: dict[str, Decimal] = defaultdict(Decimal)
        self._due: dict[int, list[tuple[str, int]]] = defaultdict(list)
        self._ordered: dict[str, str] = {}

    def available(self, item_id: str, wanted: Decimal) -> bool:
        """Whether so much of an item can be sold."""
        return item_id not in self._ids or self._stock[item_id] >= wanted

    def move(
        self,
        kind: MovementKind,
        item_id: str,
        quantity: Decimal,
        at: datetime,
        *,
        visible_at: datetime | None = None,
        order_id: str | None = None,
        counted: Decimal | None = None,
        purchase_order_id: str | None = None,
    ) -> None:
        """Writes down one movement of a tracked item; other items have no stock."""
        if item_id not in self._ids:
            return
        self._stock[item_id] += quantity
        self.movements.append(
            Movement(
                id=f"{self.store.id}-M{len(self.movements) + 1:07d}",
                store_id=self.store.id,
                item_id=item_id,
                kind=kind,
                quantity=quantity,
                occurred_at=at,
                visible_at=visible_at or at,
                order_id=order_id,
                counted=counted,
                purchase_order_id=purchase_order_id,
            )
        )

    def open_day(self, day: int, at: datetime) -> None:
        """Receives what is due, orders what runs low, now and then counts a shelf or throws something away.

        Args:
            day: Number of the day; day 0 fills the shelves.
            at: Moment before the store opens.
        """
        if day == 0:
            for item, habit in self._tracked:
                self.move(MovementKind.RECEIPT, item.id, Decimal(habit.delivery), at)
            return
        for item_id, quantity in self._due.pop(day, []):
            order_id = self._ordered.pop(item_id)
            self.move(MovementKind.RECEIPT, item_id, Decimal(quantity), at, purchase_order_id=order_id)
            self.purchasing.receive(order_id, item_id, at)
        wanted = []
        for item, habit in self._tracked:
            on_hand = self._stock[item.id]
            if on_hand < habit.reorder_below and item.id not in self._ordered:
                late = self._rng.choice((0, 0, 0, 1, 9))
                self._due[day + habit.lead_days + late].append((item.id, habit.delivery))
                wanted.append((item, habit))
            chance = self._rng.random()
            if chance < 0.003 and on_hand >= 1:
                self.move(MovementKind.WASTE, item.id, -Decimal(1), at + timedelta(minutes=5))
            elif chance < 0.008:
                found = on_hand - 1 if on_hand >= 1 and chance < 0.006 else on_hand
                at_count = at + timedelta(minutes=10)
                self.move(MovementKind.COUNT, item.id, found - on_hand, at_count, counted=found)
        self._ordered |= self.purchasing.order(wanted, at)
