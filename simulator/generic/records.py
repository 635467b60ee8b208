"""A ledger's records as one custom API writes them, with names of its own and people all over."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from functools import partial

from simulator.core.answers import Json
from simulator.core.records import Record
from simulator.expected import gross_without_tax
from simulator.generic.shape import Shape
from simulator.ledger import (
    Customer,
    Item,
    Ledger,
    Line,
    LineKind,
    Payment,
    Refund,
    Return,
    ReturnedLine,
    Sale,
    SaleState,
    Store,
)

STATES = {SaleState.OPEN: "PARKED", SaleState.COMPLETED: "PAID", SaleState.CANCELLED: "VOID"}
KINDS = {LineKind.ITEM: "ARTICLE", LineKind.CUSTOM: "AMOUNT", LineKind.GIFT_CARD: "VOUCHER"}


class Renderer:
    """Writes the records of one ledger.

    Args:
        ledger: What happened.
        shape: How the API writes.
    """

    def __init__(self, ledger: Ledger, shape: Shape) -> None:
        self._ledger = ledger
        self._shape = shape
        self._stores = {store.id: store for store in ledger.stores}
        self._items = {item.id: item for item in ledger.items}
        self._groups = {category.id: category.name for category in ledger.categories}
        self._customers = {customer.id: customer for customer in ledger.customers}

    def orders(self) -> Iterator[Record]:
        """Every version of every sale."""
        for sale in self._ledger.sales:
            yield self._record(sale.id, sale, partial(self._order, sale), sale.closed_at or sale.opened_at)

    def returns(self) -> Iterator[Record]:
        """Every version of every return."""
        for given in self._ledger.returns:
            yield self._record(given.id, given, partial(self._return, given), given.closed_at)

    def refunds(self) -> Iterator[Record]:
        """Every version of every refund without goods."""
        for refund in self._ledger.refunds:
            yield self._record(refund.id, refund, partial(self._refund, refund), refund.refunded_at)

    def payments(self) -> Iterator[Record]:
        """Every version of every payment."""
        for sale in self._ledger.sales:
            for payment in sale.payments:
                yield self._record(payment.id, sale, partial(self._payment, sale, payment), payment.paid_at)

    def products(self) -> Iterator[Record]:
        """Every item."""
        for item in self._ledger.items:
            yield Record(
                item.id, 1, {"changed": item.updated_at}, item.updated_at, partial(self._product, item)
            )

    def stores(self) -> Iterator[Record]:
        """Every store."""
        for store in self._ledger.stores:
            yield Record(
                store.id, 1, {"changed": store.created_at}, store.created_at, partial(self._store, store)
            )

    def stock(self) -> Iterator[Record]:
        """What each store had of each item, after each movement."""
        levels: dict[str, Decimal] = {}
        for number, movement in enumerate(
            sorted(self._ledger.movements, key=lambda each: each.visible_at), 1
        ):
            item = self._items.get(movement.item_id)
            if item is None or not item.tracks_inventory:
                continue
            place = f"{movement.store_id} {movement.item_id}"
            levels[place] = levels.get(place, Decimal(0)) + movement.quantity
            told = {
                "shop": movement.store_id,
                "article": movement.item_id,
                "onShelf": self._quantity(levels[place]),
            }
            at = movement.visible_at
            yield Record(place, number, {"changed": at}, at, partial(dict, told))

    def _record(
        self, record_id: str, source: Sale | Return | Refund, render: partial[Json], sold_at: datetime
    ) -> Record:
        times = {"changed": source.updated_at, "sold": sold_at}
        return Record(
            record_id, source.version, times, source.visible_at, render, location_id=source.store_id
        )

    def _order(self, sale: Sale) -> Json:
        store, charges = self._stores[sale.store_id], sale.service_charges
        return {
            "ref": sale.id,
            "shop": {"code": store.id, "phone": store.phone},
            "status": STATES[sale.state],
            "opened": self._shape.time(sale.opened_at),
            "closed": self._shape.time(sale.closed_at),
            "changed": self._shape.time(sale.updated_at),
            "channel": sale.channel,
            "client": self._client(sale.customer_id),
            "remark": sale.note,
            "sums": self._sums(
                store,
                total=sale.total,
                paid=sale.paid,
                due=max(0, sale.total - sale.credit - sale.paid),
                vat=sale.tax,
                tip=sale.tip,
                service=sum(charge.amount for charge in charges),
                rounding=sale.rounding,
            ),
            "positions": [self._position(store, line) for line in sale.lines],
        }

    def _return(self, given: Return) -> Json:
        store = self._stores[given.store_id]
        return {
            "ref": given.id,
            "sale": given.sale_id,
            "shop": {"code": store.id, "phone": store.phone},
            "closed": self._shape.time(given.closed_at),
            "changed": self._shape.time(given.updated_at),
            "reason": given.reason,
            "sums": self._sums(
                store,
                total=-given.total,
                tip=-given.tip,
                service=-given.service_charge,
                rounding=-given.rounding,
            ),
            "positions": [self._returned(store, returned) for returned in given.lines],
        }

    def _refund(self, refund: Refund) -> Json:
        store = self._stores[refund.store_id]
        return {
            "ref": refund.id,
            "sale": refund.sale_id,
            "shop": {"code": store.id, "phone": store.phone},
            "status": refund.status.value.upper(),
            "given": self._shape.time(refund.refunded_at),
            "changed": self._shape.time(refund.updated_at),
            "reason": refund.reason,
            "sums": self._sums(store, total=refund.amount),
        }

    def _payment(self, sale: Sale, payment: Payment) -> Json:
        store = self._stores[sale.store_id]
        return {
            "ref": payment.id,
            "sale": sale.id,
            "shop": {"code": store.id, "phone": store.phone},
            "means": payment.method.value.upper(),
            "status": payment.status.value.upper(),
            "paid": self._shape.time(payment.paid_at),
            "changed": self._shape.time(sale.updated_at),
            "payer": self._client(sale.customer_id),
            "sums": self._sums(store, total=payment.amount + payment.tip, tip=payment.tip),
        }

    def _product(self, item: Item) -> Json:
        currency = item.cost_currency
        cost = None if item.unit_cost is None else self._shape.amount(item.unit_cost, currency)
        return {
            **self._article(item),
            "price": self._shape.amount(item.price, currency),
            "cost": cost,
            "currency": currency,
            "counted": item.tracks_inventory,
            "voucher": item.is_gift_card,
            "listed": not item.is_deleted,
            "changed": self._shape.time(item.updated_at),
        }

    def _store(self, store: Store) -> Json:
        return {
            "code": store.id,
            "name": store.name,
            "clock": store.timezone,
            "currency": store.currency,
            "trading": store.is_active,
            "address": store.address,
            "phone": store.phone,
            "email": store.email,
        }

    def _sums(self, store: Store, **amounts: int) -> Json:
        told = {name: self._shape.amount(amount, store.currency) for name, amount in amounts.items()}
        return {"currency": store.currency, **told}

    def _position(self, store: Store, line: Line, sign: int = 1) -> Json:
        def amount(value: int) -> int | str:
            return self._shape.amount(sign * value, store.currency)

        return {
            "no": line.id,
            "kind": KINDS[line.kind],
            "article": self._named(line),
            "qty": self._quantity(sign * line.quantity),
            "price": self._shape.amount(line.unit_price, store.currency),
            "gross": amount(gross_without_tax(line)),
            "rebate": amount(line.discount),
            "vat": amount(line.tax),
            "remark": line.note,
        }

    def _returned(self, store: Store, returned: ReturnedLine) -> Json:
        position = self._position(store, returned.line, sign=-1)
        return position | {"soldAs": returned.source_line_id, "shelved": returned.restocked}

    def _named(self, line: Line) -> Json:
        item = self._items.get(line.item_id or "")
        return self._article(item) if item else {"number": line.item_id, "title": line.name}

    def _article(self, item: Item) -> Json:
        return {
            "number": item.id,
            "title": item.product_name,
            "variant": item.variant_name,
            "sku": item.sku,
            "ean": item.barcode,
            "group": self._groups.get(item.category_id or ""),
        }

    def _client(self, customer_id: str | None) -> Json | None:
        customer: Customer | None = self._customers.get(customer_id or "")
        if customer is None:
            return None
        return {
            "number": customer.id,
            "name": customer.name,
            "email": customer.email,
            "phone": customer.phone,
            "address": customer.address,
        }

    @staticmethod
    def _quantity(quantity: Decimal) -> int | str:
        """Pieces as a number, weights as a text: an API of this kind does both."""
        return int(quantity) if quantity == int(quantity) else f"{quantity.normalize():f}"
