"""The catalogue: categories, taxes, and items with their variations and what these cost."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from simulator.core.answers import Json
from simulator.core.records import Record
from simulator.ledger import Category, Item, Ledger, Store, Tax
from simulator.square.parts import quantity_text, rfc3339


class CatalogRenderer:
    """Writes a ledger's items as catalogue objects; `Record.state` is the object's type."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._opened = min(store.created_at for store in ledger.stores)
        self._main = ledger.stores[0]
        self._abroad = [store for store in ledger.stores if store.currency != self._main.currency]

    def records(self) -> Iterator[Record]:
        """Every object; `Record.source` is "deleted" for one that was taken out."""
        for category in self._ledger.categories:
            yield self._record("CATEGORY", category.id, self._opened, partial(self._category, category))
        for tax in self._ledger.taxes:
            yield self._record("TAX", tax.id, self._opened, partial(self._tax, tax))
        products: dict[str, list[Item]] = {}
        for item in self._ledger.items:
            products.setdefault(item.product_id, []).append(item)
            deleted = "deleted" if item.is_deleted else ""
            render = partial(self._variation, item)
            yield self._record("ITEM_VARIATION", item.id, item.updated_at, render, deleted)
        for product_id, items in products.items():
            deleted = "deleted" if all(item.is_deleted for item in items) else ""
            updated_at = max(item.updated_at for item in items)
            render = partial(self._item, product_id, items)
            yield self._record("ITEM", product_id, updated_at, render, deleted)

    def _record(
        self, kind: str, object_id: str, updated_at: datetime, render: partial[Json], deleted: str = ""
    ) -> Record:
        return Record(
            id=object_id,
            version=1,
            location_id="",
            state=kind,
            keys={"UPDATED_AT": updated_at},
            visible_at=self._opened,
            render=render,
            source=deleted,
        )

    def _object(self, kind: str, object_id: str, updated_at: datetime, is_deleted: bool = False) -> Json:
        return {
            "type": kind,
            "id": object_id,
            "updated_at": rfc3339(updated_at),
            "version": int(updated_at.timestamp() * 1000),
            "is_deleted": is_deleted,
            "present_at_all_locations": True,
        }

    def _category(self, category: Category) -> Json:
        return self._object("CATEGORY", category.id, self._opened) | {
            "category_data": {"name": category.name}
        }

    def _tax(self, tax: Tax) -> Json:
        return self._object("TAX", tax.id, self._opened) | {
            "tax_data": {
                "name": tax.name,
                "calculation_phase": "TAX_SUBTOTAL_PHASE",
                "inclusion_type": "INCLUSIVE" if tax.inclusive else "ADDITIVE",
                "percentage": quantity_text(tax.percentage),
                "enabled": True,
            }
        }

    def _item(self, product_id: str, items: list[Item]) -> Json:
        first = items[0]
        updated_at = max(item.updated_at for item in items)
        data: Json = {
            "name": first.product_name,
            "description": f"{first.product_name}, as sold in our stores",
            "product_type": "GIFT_CARD" if first.is_gift_card else "REGULAR",
            "is_archived": False,
            "variations": [self._variation(item) for item in items],
        }
        if first.category_id:
            data["categories"] = [{"id": first.category_id, "ordinal": 0}]
            data["reporting_category"] = {"id": first.category_id, "ordinal": 0}
        is_deleted = all(item.is_deleted for item in items)
        return self._object("ITEM", product_id, updated_at, is_deleted) | {"item_data": data}

    def _variation(self, item: Item) -> Json:
        data: Json = {
            "item_id": item.product_id,
            "name": item.variant_name,
            "ordinal": 0,
            "pricing_type": "VARIABLE_PRICING" if item.is_gift_card else "FIXED_PRICING",
            "track_inventory": item.tracks_inventory,
            "sellable": True,
            "stockable": True,
        }
        if not item.is_gift_card:
            data["price_money"] = {"amount": item.price, "currency": self._main.currency}
            overrides = [self._override(store, item) for store in self._abroad]
            if overrides:
                data["location_overrides"] = overrides
        if item.sku:
            data["sku"] = item.sku
        if item.barcode:
            data["upc"] = item.barcode
        if item.supplier_id:
            vendor: Json = {"vendor_id": item.supplier_id, "vendor_code": f"V-{item.id}"}
            if item.unit_cost is not None:
                vendor["unit_cost_money"] = {"amount": item.unit_cost, "currency": item.cost_currency}
            data["vendor_information"] = [vendor]
        return self._object("ITEM_VARIATION", item.id, item.updated_at, item.is_deleted) | {
            "item_variation_data": data
        }

    def _override(self, store: Store, item: Item) -> Json:
        return {
            "location_id": store.id,
            "price_money": {"amount": item.price, "currency": store.currency},
            "pricing_type": "FIXED_PRICING",
        }
