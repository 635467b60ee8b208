"""Stock: what each shop has of an item now, what it still waits for, and every change that was logged."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial

from simulator.core.answers import Json
from simulator.core.records import Record
from simulator.ledger import Ledger, Movement, MovementKind
from simulator.lightspeed_r.parts import NOBODY, flag, moment, number, second

ALL_SHOPS = NOBODY
"""The shop of the rows that hold the sum of all."""
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Change:
    """What a movement or a purchase order changes of one item in one shop."""

    visible_at: datetime
    shop_id: str
    item_id: str
    on_hand: Decimal = NOTHING
    ordered: Decimal = NOTHING


class StockRenderer:
    """Writes a ledger's stock."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def item_shops(self) -> Iterator[Record]:
        """What is in stock after each change, of each shop and of all together."""
        on_hand: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        ordered: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        versions: dict[tuple[str, str], int] = defaultdict(int)
        row_ids: dict[tuple[str, str], int] = {}
        for change in sorted(self._changes(), key=lambda change: change.visible_at):
            for shop_id in (change.shop_id, ALL_SHOPS):
                key = (shop_id, change.item_id)
                on_hand[key] += change.on_hand
                ordered[key] += change.ordered
                versions[key] += 1
                row_id = row_ids.setdefault(key, len(row_ids) + 1)
                yield Record(
                    id=str(row_id),
                    version=versions[key],
                    keys={"itemShopID": row_id, "timeStamp": second(change.visible_at)},
                    visible_at=change.visible_at,
                    render=partial(
                        self._item_shop, row_id, key, on_hand[key], ordered[key], change.visible_at
                    ),
                    location_id=shop_id,
                )

    def _changes(self) -> Iterator[Change]:
        for movement in self._ledger.movements:
            yield Change(movement.visible_at, movement.store_id, movement.item_id, movement.quantity)
        waited: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for order in sorted(self._ledger.purchase_orders, key=lambda order: order.version):
            for line in order.lines:
                left = line.quantity - line.received
                change = left - waited[order.id, line.id]
                waited[order.id, line.id] = left
                if change:
                    yield Change(order.visible_at, order.store_id, line.item_id, ordered=change)

    def _item_shop(
        self, row_id: int, key: tuple[str, str], on_hand: Decimal, ordered: Decimal, changed: datetime
    ) -> Json:
        shop_id, item_id = key
        return {
            "itemShopID": str(row_id),
            "qoh": number(on_hand),
            "sellable": number(max(on_hand, NOTHING)),
            "backorder": number(ordered),
            "componentQoh": "0",
            "componentBackorder": "0",
            "onLayaway": "0",
            "onSpecialOrder": "0",
            "onWorkorder": "0",
            "onTransferOut": "0",
            "onTransferIn": "0",
            "averageCost": "0",
            "reorderPoint": "0",
            "reorderLevel": "0",
            "timeStamp": moment(changed),
            "itemID": item_id,
            "shopID": shop_id,
        }

    def inventory_logs(self) -> Iterator[Record]:
        """Every change of stock; none of them ever changes."""
        for movement in self._ledger.movements:
            yield Record(
                id=movement.id,
                version=1,
                keys={
                    "inventoryLogID": int(movement.id),
                    "itemID": int(movement.item_id),
                    "createTime": second(movement.occurred_at),
                },
                visible_at=movement.visible_at,
                render=partial(self._inventory_log, movement),
                location_id=movement.store_id,
            )

    def _inventory_log(self, movement: Movement) -> Json:
        counted = movement.kind == MovementKind.COUNT
        return {
            "inventoryLogID": movement.id,
            "shopID": movement.store_id,
            "employeeID": "1",
            "itemID": movement.item_id,
            "qohChange": number(movement.quantity),
            "costChange": "0",
            "createTime": moment(movement.occurred_at),
            "automated": flag(movement.order_id is not None),
            "causedNegative": "false",
            "reason": reason_of(movement),
            "customerID": NOBODY,
            "inventoryCountID": movement.id if counted else NOBODY,
            "itemImportID": NOBODY,
            "orderID": movement.purchase_order_id or NOBODY,
            "saleID": movement.order_id or NOBODY,
            "transferID": NOBODY,
            "vendorReturnID": NOBODY,
        }


def reason_of(movement: Movement) -> str:
    """R's word for why stock changed."""
    comes = movement.quantity > 0
    if movement.kind == MovementKind.SALE:
        return "PutBackForTransaction" if comes else "RemoveForTransactionLine"
    if movement.kind == MovementKind.RETURN:
        return "RefundAddInventory"
    if movement.kind == MovementKind.COUNT:
        return "AddInventoryForCount" if comes else "RemoveForInventoryCount"
    if movement.purchase_order_id:
        return "BusinessProcessAddInventory"
    return "ManualQuantityAdjustment"
