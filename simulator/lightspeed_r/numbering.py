"""Gives a ledger the ids that R would give: whole numbers, counted from 1 in the order of their making."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from simulator.ledger import (
    Ledger,
    Line,
    Movement,
    PurchaseOrder,
    Refund,
    RefundForm,
    Return,
    Sale,
)

Named = TypeVar("Named", bound=Any)


class Numbers:
    """Numbers for ids, those counted in advance first. An id that is a number stays what it is."""

    def __init__(self, ids: Iterable[str] = ()) -> None:
        self._numbers: dict[tuple[str, str], str] = {}
        for id_ in ids:
            self.of(id_)

    def of(self, id_: str, owner: str = "") -> str:
        """The number of an id, a new one for one that has none yet.

        Args:
            id_: The id.
            owner: What the id is unique in, where it is not by itself.
        """
        if id_.isdigit():
            return id_
        return self._numbers.setdefault((owner, id_), str(len(self._numbers) + 1))

    def of_any(self, id_: str | None) -> str | None:
        """The number of an id, None for none."""
        return None if id_ is None else self.of(id_)


def in_time(records: Iterable[tuple[datetime, str]]) -> list[str]:
    """Ids in the order of time; those of one moment stay as they stand."""
    return [id_ for _, id_ in sorted(records, key=lambda record: record[0])]


class Renumbering:
    """One ledger's ids and the numbers that take their place."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._exchanges = {given.id: given.exchange_sale_id or given.id for given in ledger.returns}
        self.stores = Numbers(store.id for store in ledger.stores)
        self.items = Numbers(item.id for item in ledger.items)
        self.products = Numbers(item.product_id for item in ledger.items)
        self.categories = Numbers(category.id for category in ledger.categories)
        self.suppliers = Numbers(supplier.id for supplier in ledger.suppliers)
        self.customers = Numbers(customer.id for customer in ledger.customers)
        self.sales = Numbers(
            in_time(
                [
                    *((sale.opened_at, sale.id) for sale in ledger.sales),
                    *((given.opened_at, given.id) for given in ledger.returns if not given.exchange_sale_id),
                    *((refund.refunded_at, refund.id) for refund in ledger.refunds),
                ]
            )
        )
        self.lines = Numbers()
        self.payments = Numbers()
        self.movements = Numbers(in_time((movement.visible_at, movement.id) for movement in ledger.movements))
        self.purchase_orders = Numbers(
            in_time((order.ordered_at, order.id) for order in ledger.purchase_orders)
        )
        self.purchase_order_lines = Numbers()

    def numbered(self) -> Ledger:
        """The ledger with numbers for ids."""
        ledger = self.ledger
        return replace(
            ledger,
            stores=_renamed(ledger.stores, self.stores.of),
            categories=_renamed(ledger.categories, self.categories.of),
            suppliers=_renamed(ledger.suppliers, self.suppliers.of),
            customers=_renamed(ledger.customers, self.customers.of),
            items=tuple(
                replace(
                    item,
                    id=self.items.of(item.id),
                    product_id=self.products.of(item.product_id),
                    category_id=self.categories.of_any(item.category_id),
                    supplier_id=self.suppliers.of_any(item.supplier_id),
                )
                for item in ledger.items
            ),
            sales=tuple(self._sale(sale) for sale in ledger.sales),
            returns=tuple(self._return(given) for given in ledger.returns),
            refunds=tuple(self._refund(refund) for refund in ledger.refunds),
            movements=tuple(self._movement(movement) for movement in ledger.movements),
            purchase_orders=tuple(self._purchase_order(order) for order in ledger.purchase_orders),
        )

    def _line(self, owner: str, line: Line) -> Line:
        return replace(line, id=self.lines.of(line.id, owner), item_id=self.items.of_any(line.item_id))

    def _sale(self, sale: Sale) -> Sale:
        return replace(
            sale,
            id=self.sales.of(sale.id),
            store_id=self.stores.of(sale.store_id),
            lines=tuple(self._line(sale.id, line) for line in sale.lines),
            service_charges=tuple(
                replace(charge, id=self.lines.of(charge.id, sale.id)) for charge in sale.service_charges
            ),
            payments=_renamed(sale.payments, self.payments.of),
            customer_id=self.customers.of_any(sale.customer_id),
        )

    def _return(self, given: Return) -> Return:
        """In an exchange the goods come back in the sale's own record: it has the sale's id."""
        exchange_sale_id = self.sales.of_any(given.exchange_sale_id)
        return replace(
            given,
            id=exchange_sale_id or self.sales.of(given.id),
            store_id=self.stores.of(given.store_id),
            sale_id=self.sales.of_any(given.sale_id),
            exchange_sale_id=exchange_sale_id,
            lines=tuple(
                replace(
                    returned,
                    line=self._line(f"return {given.id}", returned.line),
                    source_line_id=returned.source_line_id
                    and self.lines.of(returned.source_line_id, given.sale_id or ""),
                )
                for returned in given.lines
            ),
            payouts=tuple(
                replace(
                    payout,
                    id=self.payments.of(payout.id),
                    payment_id=self.payments.of_any(payout.payment_id),
                )
                for payout in given.payouts
            ),
        )

    def _refund(self, refund: Refund) -> Refund:
        sale_id = self.sales.of(refund.id)
        return replace(
            refund,
            id=sale_id,
            order_id=sale_id,
            form=RefundForm.CUSTOM_LINE,
            store_id=self.stores.of(refund.store_id),
            sale_id=self.sales.of(refund.sale_id),
            payment_id=self.payments.of(refund.payment_id),
        )

    def _movement(self, movement: Movement) -> Movement:
        return replace(
            movement,
            id=self.movements.of(movement.id),
            store_id=self.stores.of(movement.store_id),
            item_id=self.items.of(movement.item_id),
            order_id=self.sales.of_any(self._exchanges.get(movement.order_id or "", movement.order_id)),
            purchase_order_id=self.purchase_orders.of_any(movement.purchase_order_id),
        )

    def _purchase_order(self, order: PurchaseOrder) -> PurchaseOrder:
        return replace(
            order,
            id=self.purchase_orders.of(order.id),
            store_id=self.stores.of(order.store_id),
            supplier_id=self.suppliers.of_any(order.supplier_id),
            lines=tuple(
                replace(
                    line,
                    id=self.purchase_order_lines.of(line.id, order.id),
                    item_id=self.items.of(line.item_id),
                )
                for line in order.lines
            ),
        )


def _renamed(records: Iterable[Named], rename: Callable[[str], str]) -> tuple[Named, ...]:
    return tuple(replace(record, id=rename(record.id)) for record in records)
