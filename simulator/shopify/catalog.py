"""The catalogue and the stock, as Shopify tells them."""

from dataclasses import dataclass, field
from datetime import datetime

from simulator.core.answers import Json
from simulator.ledger import Item, Ledger, Store
from simulator.shopify.parts import decimal, gid, iso, money
from simulator.shopify.told import ONLINE


@dataclass
class Catalogue:
    """Variants, locations and stock of a shop."""

    ledger: Ledger
    _variants: dict[str, Json] = field(default_factory=dict)

    @property
    def currency(self) -> str:
        """The shop's."""
        return self.ledger.stores[0].currency

    def variants(self) -> list[Json]:
        """All variants. One that left the catalogue is archived: a deleted one would leave no trace."""
        return [self.variant(item) for item in sorted(self.ledger.items, key=lambda item: int(item.id))]

    def variant(self, item: Item) -> Json:
        """One variant with its product."""
        if item.id not in self._variants:
            categories = {category.id: category.name for category in self.ledger.categories}
            cost = item.unit_cost
            self._variants[item.id] = {
                "id": gid("ProductVariant", item.id),
                "legacyResourceId": item.id,
                "title": item.variant_name,
                "sku": item.sku,
                "barcode": item.barcode,
                "price": decimal(item.price, self.currency),
                "updatedAt": iso(item.updated_at),
                "inventoryItem": {
                    "id": gid("InventoryItem", item.id),
                    "tracked": item.tracks_inventory,
                    "unitCost": None if cost is None else money(cost, self.currency),
                },
                "product": {
                    "id": gid("Product", item.product_id),
                    "title": item.product_name,
                    "productType": categories.get(item.category_id or "", ""),
                    "vendor": "Simulated shop",
                    "status": "ARCHIVED" if item.is_deleted else "ACTIVE",
                    "isGiftCard": item.is_gift_card,
                    "category": None,
                },
            }
        return self._variants[item.id]

    def locations(self, now: datetime) -> list[Json]:
        """The stores; what is sold online has none."""
        stock = self.ledger.on_hand(now)
        return [self._location(store, stock, now) for store in self.ledger.stores if store.id != ONLINE]

    def _location(self, store: Store, stock: dict[tuple[str, str], object], now: datetime) -> Json:
        return {
            "id": gid("Location", store.id),
            "name": store.name,
            "isActive": store.is_active,
            "createdAt": iso(store.created_at),
            "updatedAt": iso(store.created_at),
            "inventoryLevels": [
                self._level(store.id, item, int(str(quantity).partition(".")[0]), now)
                for (store_id, item), quantity in stock.items()
                if store_id == store.id
            ],
        }

    def _level(self, store: str, item: str, on_hand: int, now: datetime) -> Json:
        counted = {"available": on_hand, "on_hand": on_hand, "committed": 0, "incoming": 0}
        own = f"{store}?inventory_item_id={item}"
        return {
            "id": gid("InventoryLevel", own),
            "item": {"id": gid("InventoryItem", item)},
            "location": {"id": gid("Location", store)},
            "updatedAt": iso(now),
            "quantities": [
                {
                    "id": gid("InventoryQuantity", f"{own}&name={name}"),
                    "name": name,
                    "quantity": quantity,
                    "updatedAt": iso(now),
                }
                for name, quantity in counted.items()
            ],
        }
