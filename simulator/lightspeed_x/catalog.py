"""Products, suppliers, outlets, stock and the retailer."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from functools import partial

from simulator.core.answers import Json
from simulator.core.records import Record
from simulator.ledger import Item, Ledger, Store, Supplier, major_units
from simulator.lightspeed_x.sales import DISCOUNT_PRODUCT, NO_TAX, WALK_IN, moment
from simulator.lightspeed_x.told import named

REORDER_POINT, REORDER_AMOUNT = 5, 20


class CatalogRenderer:
    """Writes what is sold, by whom it is delivered, where, and how much of it is there."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._began = min(store.created_at for store in ledger.stores)
        self._categories = {category.id: category for category in ledger.categories}
        self._suppliers = {supplier.id: supplier for supplier in ledger.suppliers}

    def products(self) -> Iterator[Record]:
        """Every product; a deleted one is a tombstone."""
        for item in self._ledger.items:
            yield self._record(item.id, partial(self.product, item), item.updated_at, deleted=item.is_deleted)

    def suppliers(self) -> Iterator[Record]:
        """Every supplier."""
        for supplier in self._ledger.suppliers:
            yield self._record(supplier.id, partial(self.supplier, supplier), deleted=not supplier.is_active)

    def outlets(self) -> Iterator[Record]:
        """Every outlet."""
        for store in self._ledger.stores:
            yield self._record(store.id, partial(self.outlet, store), deleted=not store.is_active)

    def stock(self) -> Iterator[Record]:
        """The level of each product in each outlet, after each movement."""
        tracked = {item.id for item in self._ledger.items if item.tracks_inventory}
        levels: dict[str, tuple[int, Decimal]] = {}
        for movement in sorted(self._ledger.movements, key=lambda movement: movement.visible_at):
            if movement.item_id in tracked:
                record_id = named(f"{movement.store_id}/{movement.item_id}")
                version, level = levels.get(record_id, (0, Decimal(0)))
                version, level = levels[record_id] = version + 1, level + movement.quantity
                yield Record(
                    id=record_id,
                    version=version,
                    keys={},
                    visible_at=movement.visible_at,
                    render=partial(stock_level, record_id, movement.item_id, movement.store_id, level),
                )

    def _record(self, record_id: str, render: object, at: datetime | None = None, *, deleted: bool) -> Record:
        return Record(
            id=record_id,
            version=1,
            keys={},
            visible_at=at or self._began,
            render=render,  # type: ignore[arg-type]
            state="deleted" if deleted else "",
        )

    def product(self, item: Item) -> Json:
        """A product. Its prices are those of the retailer's currency."""
        category = self._categories.get(item.category_id or "")
        supplier = self._suppliers.get(item.supplier_id or "")
        price = float(major_units(item.price, item.cost_currency))
        cost = major_units(item.unit_cost, item.cost_currency) if item.unit_cost is not None else None
        codes = [{"id": named(f"{item.id}/code"), "type": "CUSTOM", "code": item.sku}] if item.sku else []
        if item.barcode:
            codes.append({"id": named(f"{item.id}/barcode"), "type": "EAN", "code": item.barcode})
        rendered: Json = {
            "id": item.id,
            "name": item.product_name,
            "description": None,
            "handle": item.product_id[:8],
            "sku": item.sku,
            "source": "USER",
            "active": not item.is_deleted,
            "is_active": not item.is_deleted,
            "has_inventory": item.tracks_inventory,
            "is_composite": False,
            "has_variants": False,
            "variant_parent_id": None,
            "variant_name": f"{item.product_name} / {item.variant_name}",
            "variant_options": [{"name": "Size", "value": item.variant_name}],
            "price_excluding_tax": price,
            "price_including_tax": price,
            "supply_price": None if cost is None else float(cost),
            "supplier_id": item.supplier_id,
            "supplier_code": None,
            "product_type_id": item.category_id,
            "product_codes": codes,
            "product_suppliers": [],
            "tag_ids": [],
            "categories": [],
            "created_at": moment(self._began),
            "updated_at": moment(item.updated_at),
            "deleted_at": moment(item.updated_at) if item.is_deleted else None,
        }
        if cost is None:
            del rendered["supply_price"]
        if category:
            rendered["type"] = {"id": category.id, "name": category.name, "deleted_at": None, "version": 1}
        if supplier:
            rendered["supplier"] = {"id": supplier.id, "name": supplier.name, "deleted_at": None}
            link: Json = {"id": named(f"{item.id}/supplier"), "supplier_id": supplier.id, "code": ""}
            rendered["product_suppliers"] = [link if cost is None else {**link, "price": float(cost)}]
        return rendered

    def supplier(self, supplier: Supplier) -> Json:
        """A supplier with its contact person."""
        first_name, _, last_name = supplier.contact_name.partition(" ")
        return {
            "id": supplier.id,
            "name": supplier.name,
            "source": "USER",
            "description": "",
            "contact": {"first_name": first_name, "last_name": last_name, "email": supplier.contact_email},
            "deleted_at": None if supplier.is_active else moment(self._began),
        }

    def outlet(self, store: Store) -> Json:
        """An outlet. X knows its time zone, but no close of the business day."""
        return {
            "id": store.id,
            "name": store.name,
            "time_zone": store.timezone,
            "default_tax_id": NO_TAX,
            "currency": store.currency,
            "currency_symbol": "$",
            "display_prices": "exclusive",
            "physical_address_1": store.address,
            "physical_country_id": store.country,
            "email": store.email,
            "phone": store.phone,
            "attributes": [],
            "deleted_at": None if store.is_active else moment(self._began),
        }

    def retailer(self) -> Json:
        """The account: its currency, and the product that stands for discounts of whole sales."""
        main = self._ledger.stores[0]
        currencies = {item.cost_currency for item in self._ledger.items}
        return {
            "id": named("retailer"),
            "domain_prefix": "simulated",
            "name": "Simulated",
            "discount_product_id": DISCOUNT_PRODUCT,
            "no_tax_group_id": NO_TAX,
            "tax_exclusive": True,
            "country": main.country,
            "currency": {"code": min(currencies, default=main.currency), "symbol": "$"},
        }


def stock_level(record_id: str, item_id: str, store_id: str, level: Decimal) -> Json:
    """How much of a product an outlet has."""
    return {
        "id": record_id,
        "product_id": item_id,
        "outlet_id": store_id,
        "inventory_level": float(level),
        "reorder_point": REORDER_POINT,
        "reorder_amount": REORDER_AMOUNT,
    }


def walk_in_customer() -> Json:
    """The customer of sales whose buyer is not known."""
    return {"id": WALK_IN, "customer_code": "WALKIN", "first_name": "", "last_name": "", "email": None}
