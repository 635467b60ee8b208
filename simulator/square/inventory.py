"""Stock: what is on the shelf now, and every movement that made it so."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from functools import partial

from simulator.core.answers import Json
from simulator.core.records import Record
from simulator.ledger import Ledger, Movement, MovementKind
from simulator.square.parts import quantity_text, rfc3339

ONE_LOCATION_UNTIL = "2026"
"""Versions of the API from this one on tell from_location_id and to_location_id instead of location_id."""


class InventoryRenderer:
    """Writes a ledger's stock movements as counts and changes."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._without_receipt = {given.id for given in ledger.returns if given.sale_id is None}

    def counts(self) -> Iterator[Record]:
        """What is in stock, and what was wasted so far, after each movement became known."""
        totals: dict[tuple[str, str, str], Decimal] = {}
        versions: dict[tuple[str, str, str], int] = {}
        for movement in sorted(
            self._ledger.movements, key=lambda movement: (movement.visible_at, movement.id)
        ):
            changes = {"IN_STOCK": movement.quantity}
            if movement.kind == MovementKind.WASTE:
                changes["WASTE"] = -movement.quantity
            for state, change in changes.items():
                key = (movement.store_id, movement.item_id, state)
                totals[key] = totals.get(key, Decimal(0)) + change
                versions[key] = versions.get(key, 0) + 1
                yield Record(
                    id="/".join(key),
                    version=versions[key],
                    location_id=movement.store_id,
                    state=state,
                    keys={"CALCULATED_AT": movement.visible_at},
                    visible_at=movement.visible_at,
                    render=partial(self._count, key, totals[key], movement.visible_at),
                    source=movement.item_id,
                )

    def _count(self, key: tuple[str, str, str], quantity: Decimal, calculated_at: datetime) -> Json:
        store_id, item_id, state = key
        return {
            "catalog_object_id": item_id,
            "catalog_object_type": "ITEM_VARIATION",
            "state": state,
            "location_id": store_id,
            "quantity": quantity_text(quantity),
            "calculated_at": rfc3339(calculated_at),
        }

    def changes(self, *, one_location: bool) -> Iterator[Record]:
        """Every movement; `Record.state` is the type of the change.

        Args:
            one_location: In the words of the API's versions up to 2025.
        """
        for movement in self._ledger.movements:
            count = movement.kind == MovementKind.COUNT
            yield Record(
                id=movement.id,
                version=1,
                location_id=movement.store_id,
                state="PHYSICAL_COUNT" if count else "ADJUSTMENT",
                keys={"OCCURRED_AT": movement.occurred_at},
                visible_at=movement.visible_at,
                render=partial(self._physical_count if count else self._adjustment, movement, one_location),
                source=movement.item_id,
            )

    def _moved(self, movement: Movement, quantity: Decimal) -> Json:
        return {
            "id": movement.id,
            "catalog_object_id": movement.item_id,
            "catalog_object_type": "ITEM_VARIATION",
            "quantity": quantity_text(quantity),
            "occurred_at": rfc3339(movement.occurred_at),
            "created_at": rfc3339(movement.visible_at),
            "source": {"product": "SQUARE_POS", "name": "Point of Sale"},
        }

    def _physical_count(self, movement: Movement, one_location: bool) -> Json:
        counted = self._moved(movement, movement.counted or Decimal(0))
        counted |= {"state": "IN_STOCK", "location_id": movement.store_id}
        return {"type": "PHYSICAL_COUNT", "physical_count": counted}

    def _adjustment(self, movement: Movement, one_location: bool) -> Json:
        from_state, to_state = self._states(movement)
        adjusted = self._moved(movement, abs(movement.quantity))
        adjusted |= {"from_state": from_state, "to_state": to_state}
        if one_location:
            adjusted["location_id"] = movement.store_id
        else:
            adjusted |= {"from_location_id": movement.store_id, "to_location_id": movement.store_id}
        if movement.order_id:
            adjusted["transaction_id"] = movement.order_id
        if movement.kind == MovementKind.RECEIPT:
            adjusted["goods_receipt_id"] = f"GR-{movement.id}"
        return {"type": "ADJUSTMENT", "adjustment": adjusted}

    def _states(self, movement: Movement) -> tuple[str, str]:
        if movement.kind == MovementKind.SALE:
            return ("IN_STOCK", "SOLD") if movement.quantity < 0 else ("SOLD", "IN_STOCK")
        if movement.kind == MovementKind.RETURN:
            unlinked = movement.order_id in self._without_receipt
            return ("UNLINKED_RETURN" if unlinked else "RETURNED_BY_CUSTOMER", "IN_STOCK")
        if movement.kind == MovementKind.WASTE:
            return ("IN_STOCK", "WASTE")
        return ("NONE", "IN_STOCK")
