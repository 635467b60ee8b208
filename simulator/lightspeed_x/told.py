"""What of a ledger one Retail X-Series account can tell.

X names everything by a UUID, sells products only, writes tips and charges beside the lines, and knows a
payment by its amount alone.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from uuid import NAMESPACE_URL, uuid5

from simulator.ledger import (
    AppliedDiscount,
    AppliedTax,
    Item,
    Ledger,
    Line,
    LineKind,
    Movement,
    Payment,
    PaymentStatus,
    PurchaseOrder,
    Refund,
    Return,
    ReturnedLine,
    Sale,
    latest_visible,
)

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
WORLD = uuid5(NAMESPACE_URL, "lightspeed-x.simulated")
Paid = tuple[Payment, int]
"""A payment, and the money that it brought."""
OPEN_AMOUNT = "open-amount"
"""The product that is rung up for what is in no catalogue, as a shop makes one for itself."""

DIFFERENCES = (
    "Every id is a UUID: the simulator derives it from the ledger's.",
    "An amount that the cashier typed is a line of the product 'Open amount': X has no line without one.",
    "A line has no modifiers; their price stays in the line's.",
    "A charge that is spread over lines is one charge of the sale.",
    "A tip stands on the sale's largest payment: X tells the tip of a sale, not of a payment.",
    "Only payments that went through are told: X deletes the others.",
    "There is no cash rounding: X documents no field for it, so payments are what is owed to the cent.",
    "A line of a purchase order has no id but its product's.",
    "A returned line does not name the line that it was sold on.",
    "Money given back without goods is a returned 'Open amount', and only once it went through.",
)


def named(ledger_id: str) -> str:
    """The UUID of something that the ledger names; a UUID stays what it is."""
    return ledger_id if UUID.fullmatch(ledger_id) else str(uuid5(WORLD, ledger_id))


def named_or_none(ledger_id: str | None) -> str | None:
    """The same for what may be missing."""
    return named(ledger_id) if ledger_id else None


def told(ledger: Ledger) -> Ledger:
    """The part of a ledger that X can tell, in its ids. What is told already stays as it is."""
    returns = (
        *(a_return(given) for given in ledger.returns),
        *(without_goods(refund) for refund in completed(ledger.refunds)),
    )
    sales = tuple(a_sale(sale) for sale in ledger.sales)
    return replace(
        ledger,
        stores=tuple(replace(store, id=named(store.id)) for store in ledger.stores),
        categories=tuple(replace(category, id=named(category.id)) for category in ledger.categories),
        suppliers=tuple(replace(supplier, id=named(supplier.id)) for supplier in ledger.suppliers),
        taxes=tuple(replace(tax, id=named(tax.id)) for tax in ledger.taxes),
        items=tuple(with_open_amount(ledger, sales, returns)),
        customers=tuple(replace(customer, id=named(customer.id)) for customer in ledger.customers),
        sales=sales,
        returns=returns,
        refunds=(),
        movements=tuple(a_movement(movement) for movement in ledger.movements),
        purchase_orders=tuple(a_purchase_order(order) for order in ledger.purchase_orders),
    )


def with_open_amount(ledger: Ledger, sales: Iterable[Sale], returns: Iterable[Return]) -> Iterator[Item]:
    """The items, and the one for open amounts where one was sold or given back."""
    items = [
        replace(
            item,
            id=named(item.id),
            product_id=named(item.product_id),
            category_id=named_or_none(item.category_id),
            supplier_id=named_or_none(item.supplier_id),
        )
        for item in ledger.items
    ]
    yield from items
    open_amount = named(OPEN_AMOUNT)
    lines = [line for sale in sales for line in sale.lines]
    lines += [returned.line for given in returns for returned in given.lines]
    if any(line.item_id == open_amount for line in lines) and all(item.id != open_amount for item in items):
        yield Item(
            id=open_amount,
            product_id=open_amount,
            product_name="Open amount",
            variant_name="Regular",
            sku="open-amount",
            barcode=None,
            category_id=None,
            supplier_id=None,
            price=0,
            unit_cost=None,
            cost_currency=ledger.stores[0].currency,
            tracks_inventory=False,
            is_weighed=False,
            is_gift_card=False,
            is_deleted=False,
            updated_at=min(store.created_at for store in ledger.stores),
        )


def a_line(line: Line, of: str) -> Line:
    """A line of the sale or return `of`; a line's id is unique by itself."""
    custom = line.kind == LineKind.CUSTOM
    return replace(
        line,
        id=line.id if UUID.fullmatch(line.id) else named(f"{of}/{line.id}"),
        kind=LineKind.ITEM if custom else line.kind,
        item_id=named(OPEN_AMOUNT) if custom else named_or_none(line.item_id),
        modifiers=(),
        discounts=tuple(
            AppliedDiscount(named(applied.discount_id), applied.amount) for applied in line.discounts
        ),
        taxes=tuple(
            AppliedTax(named(applied.tax_id), applied.amount, applied.inclusive) for applied in line.taxes
        ),
        service_charge=0,
    )


def a_sale(sale: Sale) -> Sale:
    """A sale: charges beside the lines, payments that went through, no rounding."""
    return replace(
        sale,
        id=named(sale.id),
        store_id=named(sale.store_id),
        lines=tuple(a_line(line, sale.id) for line in sale.lines),
        discounts=tuple(replace(discount, id=named(discount.id)) for discount in sale.discounts),
        service_charges=tuple(replace(charge, is_spread=False) for charge in sale.service_charges),
        payments=tuple(payments_of(sale)),
        rounding=0,
        customer_id=named_or_none(sale.customer_id),
    )


def payments_of(sale: Sale) -> Iterator[Payment]:
    """The payments that went through: the largest pays what is not rounded any more, and bears the tip."""
    paid = {
        named(payment.id): (payment, payment.amount + payment.tip)
        for payment in sale.payments
        if payment.status == PaymentStatus.COMPLETED
    }
    if not paid:
        return
    rounded, (payment, amount) = largest(paid)
    paid[rounded] = payment, amount - sale.rounding
    tipped, _ = largest(paid)
    for payment_id, (payment, amount) in paid.items():
        tip = sale.tip if payment_id == tipped else 0
        yield replace(payment, id=payment_id, amount=amount - tip, tip=tip)


def largest(paid: Mapping[str, Paid]) -> tuple[str, Paid]:
    """The payment of most money, with its id; of equal ones the first by id."""
    return min(paid.items(), key=lambda entry: (-entry[1][1], entry[0]))


def a_return(given: Return) -> Return:
    """A return: its lines do not say which line they were sold on."""
    return replace(
        given,
        id=named(given.id),
        store_id=named(given.store_id),
        sale_id=named_or_none(given.sale_id),
        exchange_sale_id=named_or_none(given.exchange_sale_id),
        lines=tuple(
            ReturnedLine(a_line(returned.line, given.id), None, returned.restocked)
            for returned in given.lines
        ),
        payouts=tuple(
            replace(payout, id=named(payout.id), payment_id=named_or_none(payout.payment_id))
            for payout in given.payouts
        ),
        rounding=0,
    )


def completed(refunds: tuple[Refund, ...]) -> Iterator[Refund]:
    """Refunds without goods in the version in which they went through."""
    done = tuple(refund for refund in refunds if refund.status == PaymentStatus.COMPLETED)
    if done:
        yield from latest_visible(done, max(refund.visible_at for refund in done))


def without_goods(refund: Refund) -> Return:
    """Money given back without goods: one unit of the open amount comes back."""
    line = Line(
        id=named(f"{refund.id}/line"),
        kind=LineKind.ITEM,
        item_id=named(OPEN_AMOUNT),
        name=refund.reason,
        quantity=Decimal(1),
        unit_price=refund.amount,
        gross=refund.amount,
    )
    return Return(
        id=named(refund.id),
        version=1,
        store_id=named(refund.store_id),
        sale_id=named(refund.sale_id),
        exchange_sale_id=None,
        opened_at=refund.refunded_at,
        closed_at=refund.refunded_at,
        updated_at=refund.updated_at,
        visible_at=refund.visible_at,
        lines=(ReturnedLine(line, None, restocked=False),),
        payouts=(),
        reason=refund.reason,
    )


def a_movement(movement: Movement) -> Movement:
    """A movement, in X's ids."""
    return replace(
        movement,
        id=named(movement.id),
        store_id=named(movement.store_id),
        item_id=named(movement.item_id),
        order_id=named_or_none(movement.order_id),
        purchase_order_id=named_or_none(movement.purchase_order_id),
    )


def a_purchase_order(order: PurchaseOrder) -> PurchaseOrder:
    """A purchase order; X knows its lines by their products."""
    return replace(
        order,
        id=named(order.id),
        store_id=named(order.store_id),
        supplier_id=named_or_none(order.supplier_id),
        lines=tuple(
            replace(line, id=named(line.item_id), item_id=named(line.item_id)) for line in order.lines
        ),
    )
